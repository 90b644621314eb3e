import type { Job } from './job.js'
import type { LoadGenerator } from './load-generator.js'
import type { Sample } from './metrics.js'
import { readUsage, resetPeak } from './process-usage.js'
import type { Scenario } from './scenarios.js'
import type { RunningTarget } from './start-targets.js'

const WARM_UP_SECONDS = 1
const MAX_WARM_UPS = 8
/** Less than so much faster than before is warm. */
const STILL_RISING = 1.1
const WARM_UP_CONNECTIONS = 32
const WARM_UP_TOKENS = 64
const PAUSE_MS = 200

/**
 * Every round measures every target once, in an order that moves on by one from round to round: what drifts or disturbs
 * meets all of them.
 */
export async function runRounds(
  scenario: Scenario,
  targets: readonly RunningTarget[],
  generator: LoadGenerator,
  rounds: number,
): Promise<readonly Sample[]> {
  const measured = targets.filter(({ target }) => target.scenarios?.includes(scenario.name) ?? true)
  for (const running of measured) await warmUp(scenario, running, generator)
  const samples: Sample[] = []
  for (let round = 1; round <= rounds; round++) {
    for (let n = 0; n < measured.length; n++) {
      const running = measured[(n + round) % measured.length]
      if (running !== undefined) samples.push(await measureOnce(scenario, running, generator, round))
    }
  }
  return samples
}

async function measureOnce(
  scenario: Scenario,
  running: RunningTarget,
  generator: LoadGenerator,
  round: number,
): Promise<Sample> {
  const pid = running.child?.pid
  if (pid !== undefined) resetPeak(pid)
  const before = pid === undefined ? undefined : readUsage(pid)
  const startedMs = performance.now()
  const result = await generator.run(jobOf(scenario.job, running))
  const wallSeconds = (performance.now() - startedMs) / 1000
  const after = pid === undefined ? undefined : readUsage(pid)
  running.child?.truncateLog()
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  return {
    ...result,
    scenario: scenario.name,
    target: running.target.name,
    round,
    cpuSeconds: before === undefined || after === undefined ? undefined : after.cpuSeconds - before.cpuSeconds,
    wallSeconds,
    peakRssBytes: after?.peakRssBytes,
  }
}

/** Until the compilers of all processes have seen enough: a second is plenty for a bare proxy, and not for a gateway. */
async function warmUp(scenario: Scenario, running: RunningTarget, generator: LoadGenerator): Promise<void> {
  let best = 0
  for (let n = 0; n < MAX_WARM_UPS; n++) {
    const { windowRequests, windowSeconds } = await generator.run(warmUpJob(scenario, running))
    const rate = windowRequests / windowSeconds
    if (n > 0 && rate < best * STILL_RISING) return
    best = Math.max(best, rate)
  }
}

/** The scenario's kind of request at full speed. */
function warmUpJob(scenario: Scenario, running: RunningTarget): Job {
  return jobOf(
    {
      ...scenario.job,
      plan: { ...scenario.job.plan, tokens: WARM_UP_TOKENS, gapMs: 0 },
      load: { kind: 'closed', connections: WARM_UP_CONNECTIONS, seconds: WARM_UP_SECONDS },
    },
    running,
  )
}

function jobOf(job: Scenario['job'], { target, port }: RunningTarget): Job {
  return { ...target.request, ...job, port }
}
