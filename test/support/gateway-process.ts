import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'

const LAUNCHER = fileURLToPath(new URL('../../bin/llmrouter.js', import.meta.url))

/** The gateway as its users run it: `llmrouter serve`, with its own configuration file. */
export interface GatewayProcess {
  readonly file: string
  /** Resolves when it listens. */
  readonly url: Promise<string>
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  stdout(): string
  stderr(): string
  /** Its log lines so far. */
  logs(): readonly Record<string, unknown>[]
  signal(signal: NodeJS.Signals): void
  writeConfig(config: object | string): void
  /** Ends it, whatever it is doing. */
  dispose(): Promise<void>
}

export function startGatewayProcess(
  config: object,
  nodeArgs: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  launcher = LAUNCHER,
): GatewayProcess {
  const folder = mkdtempSync(join(tmpdir(), 'llmrouter-'))
  const file = join(folder, 'llmrouter.yaml')
  const writeConfig = (next: object | string): void =>
    writeFileSync(file, typeof next === 'string' ? next : stringify(next))
  writeConfig(config)

  const child = spawn(process.execPath, [...nodeArgs, launcher, 'serve', '--config', file], {
    cwd: folder,
    // Nothing of the machine's own providers and ports.
    env: { PATH: process.env.PATH, HOME: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  return {
    file,
    url: listening(child, stderr),
    exited,
    stdout: stdout.text,
    stderr: stderr.text,
    logs: () =>
      stdout
        .text()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>), // our own log lines are objects
    signal: (signal) => void child.kill(signal),
    writeConfig,
    async dispose() {
      child.kill('SIGKILL')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface Collected {
  text(): string
  onText(listener: () => void): void
}

function collect(stream: NodeJS.ReadableStream | null): Collected {
  let text = ''
  const listeners: (() => void)[] = []
  stream?.setEncoding('utf8')
  stream?.on('data', (chunk: string) => {
    text += chunk
    for (const listener of listeners) listener()
  })
  return { text: () => text, onText: (listener) => listeners.push(listener) }
}

function listening(child: ChildProcess, stderr: Collected): Promise<string> {
  const url = new Promise<string>((resolve, reject) => {
    stderr.onText(() => {
      const found = /listens on (\S+) /.exec(stderr.text())?.[1]
      if (found !== undefined) resolve(found)
    })
    child.once('close', () => reject(new Error(`It ended before it listened: ${stderr.text()}`)))
  })
  // A test of a start that fails does not look at it.
  url.catch(() => {})
  return url
}
