/** Whether a share of strong calls is held as the mix of prompts changes. `npm run bench:routing-share -- --help` */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBenchGateway } from './cache/start-gateway.js'
import { createRandom, shuffle } from './cache-eval/random.js'
import { stopAll } from './load/child-processes.js'
import { type PromptMix, readMix, sampleMixes } from './routing/read-mixes.js'
import { measureBands, type ShareBands } from './routing/share-bands.js'
import { parseShareOptions, type ShareOptions, USAGE } from './routing/share-options.js'
import { startScriptedUpstream } from './savings/scripted-upstream.js'

const CHEAP = 'claude-haiku-5-5'
const STRONG = 'claude-opus-5-5'
const [LONG_BAND, SHORT_BAND, BACK_WITHIN] = [0.02, 0.05, 2000]

const workDir = mkdtempSync(join(tmpdir(), 'llmrouter-share-'))
process.on('exit', () => rmSync(workDir, { recursive: true, force: true }))

try {
  const options = parseShareOptions(process.argv.slice(2))
  if (options === 'help') process.stdout.write(USAGE)
  else process.exitCode = await run(options)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await stopAll()
}

async function run(options: ShareOptions): Promise<number> {
  const mixes =
    options.mixes.length === 0 ? await sampleMixes() : await Promise.all(options.mixes.map((file) => readMix(file)))
  const each = Math.floor(options.requests / mixes.length)
  const random = createRandom(options.seed)
  const stream = mixes.flatMap(({ prompts }) => {
    const order = shuffle(prompts, random)
    return Array.from({ length: each }, (_, at) => order[at % order.length] ?? '')
  })
  const routes = await passGateway(stream, options)
  const forced = routes.filter(({ reason }) => reason !== 'score' && reason !== 'unscored').length
  const unscored = routes.filter(({ reason }) => reason === 'unscored').length
  console.log(
    `Target: ${percent(options.share)} strong calls; ${stream.length} requests, ${unscored} could not be scored in time, ${forced} were decided by something else.\n`,
  )
  const calls = routes.map(({ isStrong }) => isStrong)
  describeMixes(mixes, routes, each)
  const bands = measureBands(
    calls,
    options.share,
    mixes.map((_, at) => at * each),
  )
  return report(bands, options.share)
}

interface Route {
  readonly isStrong: boolean
  readonly reason: string
  readonly threshold: number
}

async function passGateway(stream: readonly string[], { atOnce, share }: ShareOptions): Promise<readonly Route[]> {
  const upstream = await startScriptedUpstream({
    delayMs: 0,
    answer: () => ({ text: 'An answer.', inputTokens: 10, outputTokens: 3 }),
  })
  try {
    const gateway = await startBenchGateway({
      name: 'gateway',
      workDir,
      upstream: upstream.port,
      cpu: undefined,
      cache: '{ store: off }',
      more: [`routing: { auto: { cheap: ${CHEAP}, strong: ${STRONG} }, target: { strongShare: ${share} } }`],
    })
    const routes: Route[] = new Array(stream.length)
    let next = 0
    async function work(): Promise<void> {
      for (let at = next++; at < stream.length; at = next++) {
        routes[at] = await ask(gateway.port, stream[at] ?? '')
        if ((at + 1) % 2500 === 0) process.stderr.write(`${at + 1} of ${stream.length}\n`)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    await gateway.child.stop()
    return routes
  } finally {
    await upstream.close()
  }
}

async function ask(port: number, prompt: string): Promise<Route> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: prompt }] }),
  })
  const body = await response.text()
  if (!response.ok) throw new Error(`${response.status} ${body}`)
  const header = response.headers.get('x-llmrouter-route') ?? ''
  const value = (name: string): string => new RegExp(`${name}=([^;]+)`).exec(header)?.[1] ?? ''
  const isStrong = response.headers.get('x-llmrouter-model') === STRONG
  const [score, threshold] = [Number(value('score')), Number(value('threshold'))]
  if (value('reason') === 'score' && score >= threshold !== isStrong)
    throw new Error(`The header contradicts the choice: ${header}`)
  return { isStrong, reason: value('reason'), threshold }
}

function describeMixes(mixes: readonly PromptMix[], routes: readonly Route[], each: number): void {
  for (const [at, { name, prompts }] of mixes.entries()) {
    const part = routes.slice(at * each, (at + 1) * each)
    const strong = part.filter(({ isStrong }) => isStrong).length
    const thresholds = part
      .map(({ threshold }) => threshold)
      .filter(Number.isFinite)
      .sort((a, b) => a - b)
    const middle = thresholds[Math.floor(thresholds.length / 2)] ?? Number.NaN
    console.log(
      `${name}: ${prompts.length} prompts, ${part.length} requests, ${percent(strong / part.length)} strong, threshold ${middle.toFixed(3)} in the middle`,
    )
  }
}

/** The exit code. */
function report({ backInBandAfter, farthestOf5000, of1000, of5000 }: ShareBands, goal: number): number {
  const farthest = (shares: readonly number[]): number => Math.max(0, ...shares.map((share) => Math.abs(share - goal)))
  const [long, short, back] = [farthest(of5000), farthest(of1000), Math.max(...backInBandAfter)]
  console.log(`\neach 5,000: ${of5000.map(percent).join(', ')}: ${points(long)} at most (wanted: 2)`)
  if (farthestOf5000 !== undefined) console.log(`any 5,000 in a row: ${points(farthestOf5000)} at most`)
  console.log(`each 1,000: ${of1000.map(percent).join(', ')}: ${points(short)} at most (wanted: 5)`)
  console.log(`back in band after each change: ${backInBandAfter.join(', ')} requests (wanted: 2000)`)
  return long <= LONG_BAND && short <= SHORT_BAND && back <= BACK_WITHIN ? 0 : 1
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function points(distance: number): string {
  return `${(100 * distance).toFixed(2)} points off`
}
