/** What the gateway saves, and what its answers are worth. `npm run bench:savings -- --help` */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { costOf } from '../src/core/money/cost-of.js'
import { formatUsd, type PicoUsd, usdNumber } from '../src/core/money/money.js'
import { startBenchGateway } from './cache/start-gateway.js'
import { createRandom } from './cache-eval/random.js'
import { renderMarkdown } from './cache-eval/render-markdown.js'
import { stopAll } from './load/child-processes.js'
import { bootstrap, type Estimate, unitsOf } from './routing/bootstrap.js'
import { bandsOf } from './routing/model-prices.js'
import { type AnswerScript, createAnswerScript, type Tier } from './savings/answer-script.js'
import { makeStream } from './savings/make-stream.js'
import { parseOptions, type SavingsOptions, USAGE } from './savings/options.js'
import { copyPackage } from './savings/package-copy.js'
import {
  always,
  type CostOf,
  costMatchedShuffle,
  exactCacheAlone,
  oracle,
  type PolicyResult,
} from './savings/policies.js'
import { type Ledger, readLedger } from './savings/read-ledger.js'
import { type Replayed, replayStream } from './savings/replay-stream.js'
import { startScriptedUpstream, type UpstreamCall } from './savings/scripted-upstream.js'
import { readSample, readStreamPrompts, type StreamPrompt } from './savings/stream-prompts.js'

const workDir = mkdtempSync(join(tmpdir(), 'llmrouter-savings-'))
process.on('exit', () => rmSync(workDir, { recursive: true, force: true }))

try {
  const options = parseOptions(process.argv.slice(2))
  if (options === 'help') process.stdout.write(USAGE)
  else process.exitCode = await run(options)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await stopAll()
}

/** The exit code: 1 when the two accounts of the money differ. */
async function run(options: SavingsOptions): Promise<number> {
  const sources = await readSources(options)
  const stream = makeStream(sources, options)
  describeStream(stream, options)
  const script = createAnswerScript(sources.flat())
  const { calls, ledger, replayed } = await passGateway(stream, script, options)

  const callCost = createCallCost([options.cheap, options.strong])
  const cost: CostOf = (prompt, tier) => usdNumber(callCost(options[tier], prompt.promptTokens, prompt.answerTokens))
  const spent = calls.reduce((sum, call) => sum + callCost(call.model, call.inputTokens, call.outputTokens), 0n)
  const served = { stream, replayed, strongModel: options.strong, groupOf: script.groupOf }
  const right = stream.map((prompt, at) => (script.isRight(prompt, replayed[at]?.text ?? '') ? 1 : 0))
  const gateway = { name: 'this gateway', spentUsd: usdNumber(spent), right }
  const base = always('strong', stream, cost)
  const policies = [
    base,
    always('cheap', stream, cost),
    exactCacheAlone(stream, cost),
    gateway,
    costMatchedShuffle(served, cost, options.seed),
    oracle(stream, cost),
  ]
  renderPolicies(policies, base, stream, options)
  renderSplit(replayed, ledger, gateway, base)
  return compareAccounts(spent, ledger)
}

async function readSources({ data, seed }: SavingsOptions): Promise<readonly (readonly StreamPrompt[])[]> {
  return data.length === 0 ? readSample(seed) : Promise.all(data.map(readStreamPrompts))
}

function describeStream(stream: readonly StreamPrompt[], { cheap, data, strong, target }: SavingsOptions): void {
  const groups = new Set(stream.map(({ group }) => group)).size
  const words = new Set(stream.map(({ prompt }) => prompt)).size
  const marked = stream.filter(({ isMarked }) => isMarked).length
  console.log(data.length === 0 ? 'Prompts: the sample that comes with llmrouter' : `Prompts: ${data.join(', ')}`)
  console.log(
    `${stream.length} requests of ${groups} groups in ${words} wordings; ${marked} with marks. ${cheap} and ${strong}, target ${target}.\n`,
  )
}

interface Passed {
  readonly replayed: readonly Replayed[]
  readonly calls: readonly UpstreamCall[]
  readonly ledger: Ledger
}

async function passGateway(
  stream: readonly StreamPrompt[],
  script: AnswerScript,
  options: SavingsOptions,
): Promise<Passed> {
  const { atOnce, cheap, classifier, delayMs, strong, target } = options
  const known = new Map(stream.map((prompt) => [prompt.prompt, prompt]))
  const upstream = await startScriptedUpstream({
    delayMs,
    answer(model, text) {
      const prompt = known.get(text)
      if (prompt === undefined) throw new Error('This prompt was not sent.')
      const tier: Tier = model === strong ? 'strong' : 'cheap'
      const { answerTokens, promptTokens } = prompt
      return { text: script.textOf(prompt, tier), inputTokens: promptTokens, outputTokens: answerTokens }
    },
  })
  try {
    const gateway = await startBenchGateway({
      name: 'gateway',
      workDir,
      upstream: upstream.port,
      cpu: undefined,
      cache: '{}',
      more: [`routing: { auto: { cheap: ${cheap}, strong: ${strong} }, target: ${target} }`],
      ...(classifier !== undefined && { root: copyPackage(join(workDir, 'package'), resolve(classifier)) }),
    })
    const replayed = await replayStream(`http://127.0.0.1:${gateway.port}`, stream, {
      atOnce,
      onProgress: (done) => {
        if (done % 1000 === 0) process.stderr.write(`${done} of ${stream.length}\n`)
      },
    })
    await gateway.child.stop()
    const ledger = readLedger(gateway.logFile, new Set(replayed.map(({ id }) => id)))
    return { replayed, calls: upstream.calls, ledger }
  } finally {
    await upstream.close()
  }
}

/** With the list prices of today. */
function createCallCost(models: readonly string[]) {
  const bands = new Map(models.map((model) => [model, bandsOf(model)]))
  const today = Date.now()
  return (model: string, inputTokens: number, outputTokens: number): PicoUsd => {
    const cost = costOf({ inputTokens, outputTokens }, bands.get(model) ?? [], today)
    if (cost === undefined) throw new Error(`${model} has no known price.`)
    return cost
  }
}

function renderPolicies(
  policies: readonly PolicyResult[],
  base: PolicyResult,
  stream: readonly StreamPrompt[],
  { rounds, seed }: SavingsOptions,
): void {
  const units = unitsOf(stream.map(({ group }) => group))
  const marked = stream.map(({ isMarked }) => (isMarked ? 1 : 0))
  const mean = (values: readonly number[], counts: readonly number[]): Estimate =>
    bootstrap({
      units,
      rounds,
      random: createRandom(seed),
      figure: (weights) => {
        let [sum, rows] = [0, 0]
        weights.forEach((weight, at) => {
          const count = weight * (counts[at] ?? 0)
          sum += count * (values[at] ?? 0)
          rows += count
        })
        return sum / rows
      },
    })
  const all = stream.map(() => 1)
  console.log(
    renderMarkdown(
      ['', 'spend', 'saved', 'right [95 %]', 'against always strong', 'of marked prompts', 'against always strong'],
      policies.map(({ name, right, spentUsd }) => {
        const lost = right.map((value, at) => value - (base.right[at] ?? 0))
        return [
          name,
          `$${spentUsd.toFixed(4)}`,
          percent(1 - spentUsd / base.spentUsd),
          interval(mean(right, all)),
          difference(mean(lost, all)),
          interval(mean(right, marked)),
          difference(mean(lost, marked)),
        ]
      }),
    ),
  )
}

function renderSplit(
  replayed: readonly Replayed[],
  ledger: Ledger,
  { right, spentUsd }: PolicyResult,
  base: PolicyResult,
): void {
  const kinds = replayed.map(({ cache, kind }) => kind ?? (cache === 'JOIN' ? 'joined' : cache.toLowerCase()))
  const rows = ['exact', 'joined', 'semantic', 'routing', 'prompt-cache'].map((cause) => {
    const served = kinds.flatMap((kind, at) => (kind === cause ? [right[at] ?? 0] : []))
    const amount = usdNumber(ledger.saved[cause] ?? 0n)
    const share = served.length === 0 ? '-' : percent(served.reduce((sum, value) => sum + value, 0) / served.length)
    return [cause, String(served.length), share, `$${amount.toFixed(4)}`, percent(amount / base.spentUsd)]
  })
  const all = base.spentUsd - spentUsd
  const named = usdNumber(Object.values(ledger.saved).reduce((sum, amount) => sum + amount, 0n) - ledger.background)
  rows.push([
    'cheap answers given again',
    '',
    '',
    `$${(all - named).toFixed(4)}`,
    percent((all - named) / base.spentUsd),
  ])
  const audits = usdNumber(ledger.background)
  rows.push(['less audits of the cache', '', '', `-$${audits.toFixed(4)}`, percent(-audits / base.spentUsd)])
  rows.push(['all', String(replayed.length), '', `$${all.toFixed(4)}`, percent(all / base.spentUsd)])
  console.log(renderMarkdown(['saved by', 'requests', 'right', 'saved', 'of always strong'], rows))
}

function compareAccounts(spent: PicoUsd, { background, spent: own, unknown }: Ledger): number {
  const account = own + background
  const isEqual = account === spent && unknown === 0
  console.log(
    `By the provider's log of calls $${formatUsd(spent)}, by the gateway's own account $${formatUsd(account)}: ${isEqual ? 'equal' : 'DIFFERENT'}.`,
  )
  return isEqual ? 0 : 1
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function interval({ high, low, value }: Estimate): string {
  return `${percent(value)} [${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}]`
}

function difference({ high, low, value }: Estimate): string {
  const of = (share: number): string => `${share > 0 ? '+' : ''}${(100 * share).toFixed(2)}`
  return `${of(value)} [${of(low)} to ${of(high)}]`
}
