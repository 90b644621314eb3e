/** How good the classifier's order is for routing. `npm run bench:routing -- --help` */
import { estimateTextTokens } from '../src/core/tokens/text-tokens.js'
import { createRandom } from './cache-eval/random.js'
import { renderMarkdown } from './cache-eval/render-markdown.js'
import { bootstrap, type Estimate, unitsOf } from './routing/bootstrap.js'
import { type EvalPart, parseEvalOptions, type RoutingEvalOptions, USAGE } from './routing/eval-options.js'
import { type Judged, type JudgeOptions, judge, judgeShuffles } from './routing/judge-policies.js'
import { type LabelledPrompt, readLabelledPrompts } from './routing/labelled-prompts.js'
import { priceOf } from './routing/model-prices.js'
import { scoreWith } from './routing/score-with.js'

try {
  const options = parseEvalOptions(process.argv.slice(2))
  if (options === 'help') process.stdout.write(USAGE)
  else await run(options)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

interface Scored {
  readonly prompt: LabelledPrompt
  readonly score: number
}

async function run(options: RoutingEvalOptions): Promise<void> {
  const rows: Scored[] = []
  for (const part of options.parts) rows.push(...(await scored(part)))
  const prompts = rows.map(({ prompt }) => prompt)
  const judging = judgingOf(prompts, options)
  describe(prompts, judging, options)
  const policies = {
    'this classifier': rows.map(({ score }) => score),
    'length of the prompt': prompts.map(({ prompt }) => prompt.length),
    oracle: prompts.map(({ cheap, strong }) => strong - cheap),
  }
  const judged = Object.entries(policies).map(([name, scores]) => judge(name, scores, judging))
  judged.splice(2, 0, judgeShuffles(judging))
  const percent = `${(100 * options.strongShare).toFixed(0)} %`
  const head = ['', 'APGR', 'CPT(50 %)', 'CPT(80 %)', 'APGR by cost', 'CPT(50 %) by cost', 'CPT(80 %) by cost']
  console.log(renderMarkdown([...head, `quality at ${percent} strong calls`], judged.map(cells)))
}

async function scored({ classifier, data }: EvalPart): Promise<readonly Scored[]> {
  const prompts = await readLabelledPrompts(data)
  const scores = await scoreWith(
    classifier,
    prompts.map(({ prompt }) => prompt),
  )
  console.log(`${data}: ${prompts.length} prompts, scored by ${classifier ?? 'the classifier that ships'}`)
  return prompts.map((prompt, at) => ({ prompt, score: scores[at] ?? Number.NaN }))
}

function judgingOf(prompts: readonly LabelledPrompt[], options: RoutingEvalOptions): JudgeOptions {
  const [cheap, strong] = [priceOf(options.cheap), priceOf(options.strong)]
  const outcomes = prompts.map(({ prompt, ...quality }) => ({
    cheap: quality.cheap,
    strong: quality.strong,
    extraCost:
      estimateTextTokens(prompt) * (strong.input - cheap.input) + options.answerTokens * (strong.output - cheap.output),
  }))
  const units = options.groups ? unitsOf(prompts.map(({ group }) => group)) : prompts.map((_, at) => at)
  const { rounds, seed, strongShare } = options
  return { outcomes, units, rounds, strongShare, createRandom: () => createRandom(seed) }
}

/** The two baselines that order nothing. */
function describe(prompts: readonly LabelledPrompt[], judging: JudgeOptions, options: RoutingEvalOptions): void {
  const mean = (value: (at: number) => number): Estimate =>
    bootstrap({
      ...judging,
      random: judging.createRandom(),
      figure: (weights) => {
        const rows = weights.reduce((sum, weight) => sum + weight, 0)
        return weights.reduce((sum, weight, at) => sum + weight * value(at), 0) / rows
      },
    })
  const quality = (model: 'cheap' | 'strong'): string => show(mean((at) => judging.outcomes[at]?.[model] ?? 0))
  console.log(
    `\n${prompts.length} prompts. Quality: always cheap ${quality('cheap')}, always strong ${quality('strong')}.`,
  )
  console.log(
    `Costs: ${options.cheap} and ${options.strong}, answers of ${options.answerTokens} tokens. 95 % intervals from ${options.rounds} resamplings of ${options.groups ? 'whole groups' : 'prompts'}.\n`,
  )
}

function cells({ name, ...figures }: Judged): string[] {
  const { apgr, apgrByCost, cpt50, cpt50ByCost, cpt80, cpt80ByCost, quality } = figures
  return [
    name,
    show(apgr),
    ...[percent(cpt50), percent(cpt80), show(apgrByCost), percent(cpt50ByCost), percent(cpt80ByCost)],
    show(quality),
  ]
}

function show({ high, low, value }: Estimate): string {
  return `${value.toFixed(3)} [${low.toFixed(3)}–${high.toFixed(3)}]`
}

function percent({ high, low, value }: Estimate): string {
  const of = (share: number): string => (100 * share).toFixed(1)
  return `${of(value)} % [${of(low)}–${of(high)}]`
}
