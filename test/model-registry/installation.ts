import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { ManifestModel } from '../../src/model-registry/manifest.js'
import { packageRoot } from '../../src/package-root.js'
import { temporaryFolder, writeFiles } from './remote-model.js'

/** A copy of the built package with a manifest of its own, whose command line runs as its users run it. */
export interface Installation {
  readonly packageRoot: string
  /** Not there yet. */
  readonly dataDir: string
  start(args: readonly string[], env?: Readonly<Record<string, string>>): CliProcess
  /** Runs it to its end. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<CliResult>
}

export interface CliProcess {
  readonly pid: number | undefined
  readonly done: Promise<CliResult>
  signal(signal: NodeJS.Signals): void
  /** Resolves when it has written this to stderr; rejects if it ends before. */
  said(pattern: RegExp): Promise<void>
}

export interface CliResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Of everything that is built, what a command may load. */
function isRun(path: string): boolean {
  return !/\.map$|\.d\.ts$|\/dist\/(?:bench|models|test)$/.test(path)
}

export function install(models: readonly ManifestModel[]): Installation {
  const folder = temporaryFolder()
  const root = join(folder, 'package')
  const dataDir = join(folder, 'data')
  mkdirSync(root)
  for (const part of ['package.json', 'bin', 'dist'])
    cpSync(join(packageRoot(), part), join(root, part), { recursive: true, filter: isRun })
  symlinkSync(join(packageRoot(), 'node_modules'), join(root, 'node_modules'))
  cpSync(join(packageRoot(), 'models/catalogue.json'), join(root, 'models/catalogue.json'))
  writeFiles(root, new Map([['models/manifest.json', Buffer.from(JSON.stringify({ models }))]]))

  function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): CliProcess {
    const child = spawn(process.execPath, [join(root, 'bin/llmrouter.js'), 'models', ...args], {
      cwd: folder,
      // Nothing of the machine's own proxies and folders.
      env: { PATH: process.env.PATH, HOME: folder, LLMROUTER_DATA_DIR: dataDir, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    const listeners = new Set<() => void>()
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      for (const listener of listeners) listener()
    })
    const done = new Promise<CliResult>((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
    })
    return {
      pid: child.pid,
      done,
      signal: (signal) => void child.kill(signal),
      said: (pattern) =>
        new Promise((resolve, reject) => {
          const look = (): void => {
            if (pattern.test(stderr)) resolve()
          }
          listeners.add(look)
          look()
          void done.then(() => reject(new Error(`It ended without saying ${pattern}: ${stderr}`)))
        }),
    }
  }
  return { packageRoot: root, dataDir, start, run: (args, env) => start(args, env).done }
}
