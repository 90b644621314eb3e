import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Child, freePort, startChild, waitUntilReady } from './child-processes.js'
import type { Pinning } from './pinning.js'
import { readUsage } from './process-usage.js'
import type { StartUp } from './render-report.js'
import { fillIn, type Target } from './targets.js'

export interface RunningTarget {
  readonly target: Target
  readonly port: number
  /** Undefined for the direct call. */
  readonly child: Child | undefined
  readonly startUp: StartUp | undefined
}

const REST_MS = 1000
const UPSTREAM_READY_MS = 10_000

/** Resolves with the upstream's port. */
export async function startUpstream(workDir: string, pinning: Pinning | undefined): Promise<number> {
  const port = await freePort()
  const child = startChild({
    name: 'upstream',
    command: [process.execPath, fileURLToPath(new URL('upstream.js', import.meta.url)), '--port', String(port)],
    cpu: pinning?.rest,
    logFile: join(workDir, 'upstream.log'),
  })
  await waitUntilReady(child, `http://127.0.0.1:${port}/ready`, performance.now(), UPSTREAM_READY_MS)
  return port
}

/** One after the other, so that none is slowed down by the start of the next. */
export async function startTargets(
  targets: readonly Target[],
  upstreamPort: number,
  workDir: string,
  pinning: Pinning | undefined,
): Promise<readonly RunningTarget[]> {
  const running: RunningTarget[] = []
  for (const target of targets) {
    running.push(
      target.command === undefined
        ? { target, port: upstreamPort, child: undefined, startUp: undefined }
        : await startTarget(target, target.command, upstreamPort, join(workDir, target.name), pinning),
    )
  }
  return running
}

async function startTarget(
  target: Target,
  command: readonly string[],
  upstreamPort: number,
  dir: string,
  pinning: Pinning | undefined,
): Promise<RunningTarget> {
  const port = await freePort()
  const filled = fillIn(target, {
    port: String(port),
    upstream: `http://127.0.0.1:${upstreamPort}`,
    upstreamPort: String(upstreamPort),
    dir,
  })
  mkdirSync(dir)
  for (const [name, text] of Object.entries(filled.files)) writeFileSync(join(dir, name), text)
  const startedMs = performance.now()
  const child = startChild({
    name: target.name,
    command: filled.command ?? command,
    env: filled.env,
    cwd: dir,
    cpu: pinning?.target,
    logFile: join(dir, 'output.log'),
  })
  const readyMs = await waitUntilReady(child, filled.ready, startedMs, filled.readyTimeoutMs)
  await new Promise((resolve) => setTimeout(resolve, REST_MS))
  const startUp = { target: target.name, readyMs, restRssBytes: readUsage(child.pid)?.rssBytes }
  return { target: filled, port, child, startUp }
}
