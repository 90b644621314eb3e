import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultJournal } from './fault-journal.js'
import type { Fault } from './plan-faults.js'
import type { UpstreamName } from './soak-config.js'
import type { Restartable, SoakWorld } from './soak-world.js'
import type { ThreadFault } from './thread-faults.js'

/** Resolves when all is well again. */
export async function injectFault(world: SoakWorld, journal: FaultJournal, fault: Fault): Promise<void> {
  const { forMs, kind, target } = fault
  if (target === 'config') return void world.gateway.process.kill('SIGHUP')
  if (target === 'threads') return injectThreadFault(world, fault)
  if (target !== 'redis') return injectOutage(world, journal, target, fault)
  if (kind === 'drop') world.tellRedis('CLIENT KILL TYPE normal')
  else if (kind === 'flush') world.tellRedis('FLUSHALL')
  else await takeAway(world.redis, kind, forMs)
}

async function injectThreadFault(world: SoakWorld, { atMs, forMs, kind }: Fault): Promise<void> {
  const fault: ThreadFault = { kind: kind === 'hang' ? 'hang' : 'kill', turn: atMs, forMs }
  world.gateway.process.send(fault)
  await sleep(forMs)
}

async function injectOutage(
  world: SoakWorld,
  journal: FaultJournal,
  target: UpstreamName,
  { forMs, kind }: Fault,
): Promise<void> {
  const ends = journal.outageBegins(target, Date.now())
  await takeAway(world.upstreams[target], kind, forMs)
  ends(Date.now())
}

async function takeAway(one: Restartable, kind: Fault['kind'], forMs: number): Promise<void> {
  if (kind === 'hang') {
    one.signal('SIGSTOP')
    await sleep(forMs)
    one.signal('SIGCONT')
    return
  }
  one.kill()
  await sleep(forMs)
  await one.start()
}
