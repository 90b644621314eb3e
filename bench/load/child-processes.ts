import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync, truncateSync } from 'node:fs'
import { createServer } from 'node:net'

export interface ChildOptions {
  readonly name: string
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly cpu: string | undefined
  /** Takes standard output and standard error. */
  readonly logFile: string
  readonly ipc?: boolean
}

export interface Child {
  readonly name: string
  /** The id of the process group as well. */
  readonly pid: number
  readonly process: ChildProcess
  readonly exited: boolean
  logTail(): string
  /** Logs of a busy gateway grow by megabytes a second. */
  truncateLog(): void
  stop(): Promise<void>
}

const STOP_GRACE_MS = 3000
const running = new Set<Child>()

// Whatever ends the bench, nothing it started is left behind.
process.on('exit', () => {
  for (const child of running) signalGroup(child.pid, 'SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    console.error(`\n${signal}: stopping`)
    process.exit(130)
  })
}

export function startChild(options: ChildOptions): Child {
  const command = options.cpu === undefined ? options.command : ['taskset', '-c', options.cpu, ...options.command]
  const [file = '', ...args] = command
  const log = openSync(options.logFile, 'a')
  const started = spawn(file, args, {
    // A group of its own, so that launchers and what they launch are measured and ended together.
    detached: true,
    cwd: options.cwd,
    env: { ...cleanEnv(), ...options.env },
    // Our own servers end when their standard input does.
    stdio: ['pipe', log, log, ...(options.ipc === true ? (['ipc'] as const) : [])],
  })
  let exited = false
  started.on('exit', () => {
    exited = true
  })
  started.on('error', (error) => {
    exited = true
    console.error(`${options.name}: ${error.message}`)
  })
  started.stdin?.on('error', () => {})

  const child: Child = {
    name: options.name,
    pid: started.pid ?? 0,
    process: started,
    get exited() {
      return exited
    },
    logTail: () => readFileSync(options.logFile, 'utf8').slice(-2000),
    truncateLog: () => truncateSync(options.logFile, 0),
    async stop() {
      if (!exited) {
        const gone = once(started, 'exit')
        signalGroup(child.pid, 'SIGTERM')
        await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, STOP_GRACE_MS).unref())])
      }
      // Also what the first process left behind in its group.
      signalGroup(child.pid, 'SIGKILL')
      running.delete(child)
    },
  }
  if (child.pid > 0) running.add(child)
  return child
}

export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((child) => child.stop()))
}

/**
 * Resolves with the milliseconds it took until `url` answered 200.
 * @throws Error with the end of the child's output when it ends or stays silent.
 */
export async function waitUntilReady(child: Child, url: string, startedMs: number, timeoutMs: number): Promise<number> {
  while (performance.now() - startedMs < timeoutMs) {
    if (child.exited) throw new Error(`${child.name} ended before it was ready:\n${child.logTail()}`)
    try {
      const answer = await fetch(url)
      await answer.body?.cancel()
      if (answer.ok) return performance.now() - startedMs
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`${child.name} did not answer ${url} within ${timeoutMs / 1000} s:\n${child.logTail()}`)
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

/** Without what would configure a gateway behind the bench's back. */
function cleanEnv(): NodeJS.ProcessEnv {
  const unwanted = /(_API_KEY|_BASE_URL)$|^LLMROUTER_|^(PORT|HOST|REDIS_URL|LOG_LEVEL|NODE_OPTIONS)$/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !unwanted.test(name)))
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    if (pid > 0) process.kill(-pid, signal)
  } catch {
    // Already gone.
  }
}
