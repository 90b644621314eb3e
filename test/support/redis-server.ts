import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { describe, onTestFinished, test } from 'vitest'

/** A real server of this test alone. */
export interface RedisServer {
  readonly port: number
  readonly url: string
  /** Runs a command on it. */
  command(name: string, ...args: readonly (string | number)[]): Promise<unknown>
  kill(): Promise<void>
  /** Resolves when it answers, with what was saved before, which is nothing unless it was told to save. */
  start(): Promise<void>
  pause(): void
  resume(): void
}

const isInstalled = spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0

/** Tests that need servers of their own. Without `redis-server` on PATH they are reported as not run. */
export function describeWithRedis(name: string, tests: () => void): void {
  if (isInstalled) return void describe(name, tests)
  console.warn(`NOT TESTED: ${name}: there is no redis-server on PATH.`)
  test(name, ({ skip }) => skip('NOT TESTED: there is no redis-server on PATH'))
}

export interface RedisServerOptions {
  readonly args?: readonly string[]
  readonly sentinel?: boolean
  /** To run commands while the server asks for a password. */
  readonly password?: string
  readonly port?: number
}

export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'llmrouter-redis-'))
  const port = options.port ?? (await freePort())
  let child: ChildProcess | undefined
  const client = new Redis({
    port,
    host: '127.0.0.1',
    ...(options.password !== undefined && { password: options.password }),
    retryStrategy: () => 20,
    maxRetriesPerRequest: null,
  })
  client.on('error', () => {})

  const server: RedisServer = {
    port,
    url: `redis://127.0.0.1:${port}`,
    command: (name, ...args) => client.call(name, ...args),
    async kill() {
      const dying = child
      if (dying === undefined || dying.exitCode !== null || dying.signalCode !== null) return
      dying.kill('SIGKILL')
      await once(dying, 'exit')
    },
    async start() {
      const fixed = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '']
      child = spawn('redis-server', [...fixed, ...(options.args ?? [])], { cwd: folder, stdio: 'ignore' })
      await client.ping()
    },
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
  }
  onTestFinished(async () => {
    client.disconnect()
    await server.kill()
    rmSync(folder, { recursive: true, force: true })
  })
  await server.start()
  return server
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Resolves when it is so; the test's own time limit ends the wait. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(10)
}
