import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root.js'
import { type Child, freePort, startChild, waitUntilReady } from '../load/child-processes.js'

export interface BenchGatewayOptions {
  readonly name: string
  readonly workDir: string
  /** Port of the scripted provider, which speaks Anthropic's format. */
  readonly upstream: number
  /** Its core; undefined: all of them. */
  readonly cpu: string | undefined
  /** The line `cache: …` of its configuration. */
  readonly cache: string
  /** More lines of its configuration. */
  readonly more?: readonly string[]
  /** Folder of another copy of the package, which ends in a slash. */
  readonly root?: string
}

export interface BenchGateway {
  readonly port: number
  /** All it logged, as JSON lines among others. */
  readonly logFile: string
  readonly child: Child
  /** What an admin path answers. */
  ask(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown>
}

const READY_MS = 30_000

/** A gateway as users run it, ready with its models. */
export async function startBenchGateway(options: BenchGatewayOptions): Promise<BenchGateway> {
  const { cache, cpu, more = [], name, root = packageRoot(), upstream } = options
  const dir = join(options.workDir, name)
  const port = await freePort()
  mkdirSync(dir)
  const config = [
    `server: { host: 127.0.0.1, port: ${port}, dataDir: "${dir}/data" }`,
    `providers: { anthropic: { type: anthropic, apiKey: x, baseUrl: "http://127.0.0.1:${upstream}" } }`,
    `cache: ${cache}`,
    // On a busy machine too prompts are looked at.
    'inference: { deadlineMs: 2000 }',
    ...more,
    '',
  ]
  writeFileSync(join(dir, 'llmrouter.yaml'), config.join('\n'))
  const logFile = join(dir, 'output.log')
  const child = startChild({
    name,
    // The flag is that of `npm start` and of the launcher's first line.
    command: [
      process.execPath,
      '--max-semi-space-size=64',
      join(root, 'bin/llmrouter.js'),
      ...['serve', '--config', 'llmrouter.yaml'],
    ],
    env: { NODE_ENV: 'production' },
    cpu,
    cwd: dir,
    logFile,
  })
  await waitUntilReady(child, `http://127.0.0.1:${port}/ready`, performance.now(), READY_MS)
  return {
    port,
    logFile,
    child,
    async ask(method, path, body) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${name}: ${path} answered ${response.status} ${text}`)
      return text === '' ? undefined : JSON.parse(text)
    },
  }
}
