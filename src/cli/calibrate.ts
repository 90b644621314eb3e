import { type Command, InvalidArgumentError } from 'commander'
import { PriorError } from '../cache/prior-file.js'
import { CalibrationError } from '../calibrate/calibration-error.js'
import { CONFIG_EXIT_CODE, ConfigError } from '../config/config-error.js'
import { ModelError } from '../model-registry/model-error.js'
import type { RoutingTarget } from '../routing/target/target-state.js'
import { CurveError } from '../routing-data/curve-file.js'
import { type CalibrateOptions, calibrateCacheDecision } from './calibrate-cache-decision.js'
import { calibrateRoutingDecision } from './calibrate-routing-decision.js'

const DETAILS = `
Routing: PROMPTS has one JSON object a line; a file whose name ends in .gz is unpacked.
  {"prompt": "…"}                              what your clients ask
  {"prompt": "…", "cheap": 0.5, "strong": 1}   and how good either model's answer was, 0 to 1 (strong: 1 if left out)
Printed is, for prompts like these, what shares of strong calls bring (expected quality) and cost, and the threshold for
the target. With labels the meaning of the scores is fitted to them, and written to routing-calibration.json of the data
folder, which a gateway reads before the curve that comes with it. --evaluate only measures the curve in force.

Cache: --cache FILE has one JSON object a line, of three kinds:
  {"text": "…", "group": "…"}             the next prompt of a stream; prompts of one group have one right answer
  {"a": "…", "b": "…", "same": true}      would the answer to b be right for a? outranks what groups say
  {"a": "…", "b": "…", "doubt": 0.3}      how likely groups are wrong about the two; only the fit weighs it
"prompt" does for "text", "label" for "same"; a file whose name ends in .gz is unpacked.
With a stream, the candidates are each prompt's nearest earlier ones, as the cache finds them: that is the better
ground. Pairs alone (an optional "group" ties them together) have no neighbours, and hard pairs say nothing of easy ones.
Every pair of prompts of the stream is compared: 20,000 take minutes.

Printed are, by models that had not seen the groups at hand, what was predicted beside what was right, and for false-hit
rates of 2, 5 and 10 % the share served and the share wrong, beside the best fixed cut on the cosine with no more errors.

A gateway reads cache-prior.json of its data folder before the one that comes with it, when it starts.`

/** `llmrouter calibrate`. Exit codes: 0 done, 1 failed, 64 wrong usage, 78 wrong configuration. */
export function addCalibrateCommand(program: Command, usageExitCode: number): void {
  const calibrate: Command = program
    .command('calibrate')
    .description('show what routing costs and brings, and fit what the gateway believes to labels of your own')
    .argument('[prompts]', 'prompts, with labels or without: for routing')
    .option('--quality <share>', 'target to find the threshold for (default: routing.target)', parseShare)
    .option('--strong-share <share>', 'the same, as a share of strong calls', parseShare)
    .option('--answer-tokens <n>', 'tokens of an answer, to reckon costs with', parseCount, 300)
    .option('--cache <file>', 'labelled pairs or a labelled stream: fits the decision of the semantic cache')
    .option(
      '--out <file>',
      'where to put it (default: routing-calibration.json or cache-prior.json in the data folder)',
    )
    .option('--evaluate', 'only measure what is in force on the labels; writes nothing')
    .option('--fallback', 'write a wider prior for embedders that were never calibrated, too')
    .option('--embedder <name>', 'a model of "llmrouter models list" (default: inference.embedder)')
    .option('--no-verifier', 'fit for a gateway that does not verify pairs')
    .option('-c, --config <file>', 'configuration file (default: $LLMROUTER_CONFIG, then ./llmrouter.yaml)')
    .option('--data-dir <folder>', 'where the gateway keeps its data (default: server.dataDir)')
    .addHelpText('after', DETAILS)
    .action(async (prompts: string | undefined, options: CommandOptions) => {
      const { cache, quality, strongShare, ...rest } = options
      if ((prompts === undefined) === (cache === undefined))
        return calibrate.error('error: say what to calibrate: a file of prompts for routing, or --cache <file>')
      if (quality !== undefined && strongShare !== undefined)
        return calibrate.error('error: --quality and --strong-share are two targets: name one')
      if (cache !== undefined) return run(() => calibrateCacheDecision({ verifier: true, ...rest, cache }))
      const target = targetOf(options)
      if (prompts !== undefined) await run(() => calibrateRoutingDecision({ ...rest, prompts, target }))
    })

  async function run(calibration: () => Promise<void>): Promise<void> {
    try {
      await calibration()
    } catch (error) {
      if (!isExpected(error)) throw error
      process.stderr.write(`${error.message}\n`)
      process.exitCode = exitCodeOf(error)
    }
  }

  function exitCodeOf(error: Error): number {
    if (error instanceof ConfigError) return CONFIG_EXIT_CODE
    return error instanceof ModelError && error.code === 'unknown-model' ? usageExitCode : 1
  }
}

interface CommandOptions extends Partial<CalibrateOptions> {
  readonly quality?: number
  readonly strongShare?: number
  readonly answerTokens: number
}

function targetOf({ quality, strongShare }: CommandOptions): RoutingTarget | undefined {
  if (quality !== undefined) return { quality }
  return strongShare === undefined ? undefined : { strongShare }
}

function parseShare(text: string): number {
  const share = Number(text)
  if (text.trim() === '' || !(share >= 0 && share <= 1))
    throw new InvalidArgumentError('Expected a number from 0 to 1.')
  return share
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('Expected a whole number above 0.')
  return Number(text)
}

function isExpected(error: unknown): error is Error {
  return [CalibrationError, CurveError, PriorError, ModelError, ConfigError].some((kind) => error instanceof kind)
}
