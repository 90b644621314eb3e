import type { Command } from 'commander'
import { PriorError } from '../cache/prior-file.js'
import { CalibrationError } from '../calibrate/calibration-error.js'
import { CONFIG_EXIT_CODE, ConfigError } from '../config/config-error.js'
import { ModelError } from '../model-registry/model-error.js'
import { type CalibrateOptions, calibrateCacheDecision } from './calibrate-cache-decision.js'

const DETAILS = `
--cache FILE has one JSON object a line, of three kinds:
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
    .description('fit what the gateway believes to labels of your own')
    .option('--cache <file>', 'labelled pairs or a labelled stream: fits the decision of the semantic cache')
    .option('--out <file>', 'where to put it (default: cache-prior.json in the data folder)')
    .option('--evaluate', 'only measure the prior in force on the labels; writes nothing')
    .option('--fallback', 'write a wider prior for embedders that were never calibrated, too')
    .option('--embedder <name>', 'a model of "llmrouter models list" (default: inference.embedder)')
    .option('--no-verifier', 'fit for a gateway that does not verify pairs')
    .option('-c, --config <file>', 'configuration file (default: $LLMROUTER_CONFIG, then ./llmrouter.yaml)')
    .option('--data-dir <folder>', 'where the gateway keeps its data (default: server.dataDir)')
    .addHelpText('after', DETAILS)
    .action(async (options: Partial<CalibrateOptions>) => {
      const { cache } = options
      if (cache === undefined) return calibrate.error('error: say what to calibrate: --cache <file>')
      await run({ verifier: true, ...options, cache })
    })

  async function run(options: CalibrateOptions): Promise<void> {
    try {
      await calibrateCacheDecision(options)
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

function isExpected(error: unknown): error is Error {
  return [CalibrationError, PriorError, ModelError, ConfigError].some((kind) => error instanceof kind)
}
