import { mkdirSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { packageRoot } from '../../src/package-root.js'
import { type Child, startChild, waitUntilReady } from '../load/child-processes.js'
import type { ScriptedFault } from './fault-journal.js'
import { type SoakPorts, soakConfig, UPSTREAMS, type UpstreamName } from './soak-config.js'

const READY_MS = 30_000

/** A process that is killed and started again, on the same port. */
export interface Restartable {
  kill(): void
  /** Resolves when it answers. */
  start(): Promise<void>
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void
}

export interface SoakWorld {
  readonly ports: SoakPorts
  readonly gateway: Child
  readonly gatewayLog: string
  readonly redis: Restartable
  readonly upstreams: Readonly<Record<UpstreamName, Restartable>>
  /** Sends Redis a command without caring for the answer. */
  tellRedis(command: string): void
}

/** Redis, three providers and a gateway as users run it, each a process of its own. */
export async function startWorld(
  workDir: string,
  seed: number,
  onScripted: (fault: ScriptedFault) => void,
): Promise<SoakWorld> {
  const [gateway, redisPort, alpha, beta, gamma] = await freePorts()
  const ports: SoakPorts = { gateway, redis: redisPort, upstreams: { alpha, beta, gamma } }
  const redis = createRestartable(() => startRedis(workDir, ports.redis))
  const upstream = (name: UpstreamName): Restartable => {
    let lives = 0
    return createRestartable(() => {
      lives += 1
      return startUpstream({ name, workDir, port: ports.upstreams[name], seed: seed * 1000 + lives }, onScripted)
    })
  }
  const upstreams = { alpha: upstream('alpha'), beta: upstream('beta'), gamma: upstream('gamma') }
  await Promise.all([redis, ...Object.values(upstreams)].map((one) => one.start()))
  const gatewayLog = join(workDir, 'gateway.log')
  return {
    ports,
    gateway: await startGateway(workDir, gatewayLog, ports),
    gatewayLog,
    redis,
    upstreams,
    tellRedis(command) {
      const socket = connect(ports.redis, '127.0.0.1', () => socket.end(`${command}\r\n`))
      socket.on('error', () => {}).resume()
    },
  }
}

async function freePorts(): Promise<[number, number, number, number, number]> {
  return [await lowPort(), await lowPort(), await lowPort(), await lowPort(), await lowPort()]
}

/**
 * Below those that the system gives to clients: while a server is away, one of its clients could be given its port, and
 * even be connected to itself.
 */
async function lowPort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000)
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await new Promise<boolean>((resolve) => {
      server.on('listening', () => resolve(true)).on('error', () => resolve(false))
    })
    if (isFree) await new Promise((resolve) => server.close(resolve))
    if (isFree) return port
  }
}

async function startGateway(workDir: string, logFile: string, ports: SoakPorts): Promise<Child> {
  const cwd = join(workDir, 'gateway')
  mkdirSync(cwd)
  writeFileSync(join(cwd, 'llmrouter.yaml'), stringify(soakConfig(ports, join(cwd, 'data'))))
  const child = startChild({
    name: 'gateway',
    command: [
      ...[process.execPath, '--max-semi-space-size=64', '--import', beside('thread-faults.js')],
      ...[join(packageRoot(), 'bin/llmrouter.js'), 'serve', '--config', 'llmrouter.yaml'],
    ],
    env: { NODE_ENV: 'production' },
    cpu: undefined,
    cwd,
    logFile,
    ipc: true,
  })
  await waitUntilReady(child, `http://127.0.0.1:${ports.gateway}/ready`, performance.now(), READY_MS)
  return child
}

function startRedis(workDir: string, port: number): Started {
  const child = startChild({
    name: 'redis',
    command: ['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', workDir],
    cpu: undefined,
    logFile: join(workDir, 'redis.log'),
  })
  return { child, isReady: () => answers(port, 'PING\r\n', '+PONG') }
}

interface UpstreamParts {
  readonly name: UpstreamName
  readonly workDir: string
  readonly port: number
  readonly seed: number
}

function startUpstream(
  { name, port, seed, workDir }: UpstreamParts,
  onScripted: (fault: ScriptedFault) => void,
): Started {
  const type = UPSTREAMS.find((upstream) => upstream.name === name)?.type ?? 'openai'
  const options = Object.entries({ port, name, type, seed }).flatMap(([key, value]) => [`--${key}`, String(value)])
  const child = startChild({
    name,
    command: [process.execPath, beside('upstream.js'), ...options],
    cpu: undefined,
    logFile: join(workDir, `${name}.log`),
    ipc: true,
  })
  child.process.on('message', onScripted)
  return {
    child,
    isReady: () => answers(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 'HTTP/1.1 200'),
  }
}

interface Started {
  readonly child: Child
  readonly isReady: () => Promise<boolean>
}

function createRestartable(begin: () => Started): Restartable {
  let current: Started | undefined
  return {
    kill: () => void current?.child.process.kill('SIGKILL'),
    async start() {
      // Of the process that was killed, so that its port is free.
      while (current !== undefined && !current.child.exited) await sleep(5)
      await current?.child.stop()
      current = begin()
      while (!(await current.isReady())) {
        if (current.child.exited) throw new Error(`${current.child.name} did not start: ${current.child.logTail()}`)
        await sleep(20)
      }
    },
    signal: (signal) => void current?.child.process.kill(signal),
  }
}

function answers(port: number, question: string, wanted: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(question))
    const finish = (isRight: boolean): void => {
      socket.destroy()
      resolve(isRight)
    }
    socket.setTimeout(1000, () => finish(false))
    socket.on('error', () => finish(false)).on('data', (data) => finish(data.toString().startsWith(wanted)))
  })
}

function beside(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}
