import { type Command, InvalidArgumentError } from 'commander'
import { DataDirError } from '../../cache/store/embedded/data-dir-error.js'
import { CONFIG_EXIT_CODE, ConfigError } from '../../config/config-error.js'
import { GatewayError } from '../../core/errors.js'
import type { ReportQuery } from '../../core/money/ledger/parse-report-query.js'
import { GatewayCallError, type GatewayOptions } from '../cache/gateway-client.js'
import { parseUrl } from '../parse-url.js'
import { INTERRUPTED_EXIT_CODE, stopOnSignals } from '../stop-on-signals.js'
import { getReport } from './get-report.js'
import { renderCsv } from './render-csv.js'
import { renderReplay } from './render-replay.js'
import { renderReport } from './render-report.js'

interface ReportOptions extends GatewayOptions, ReportQuery {
  readonly json?: true
  readonly csv?: true
  readonly replay?: string
}

const DETAILS = `
Moments are days or times of ISO 8601 in UTC (2026-11-28, 2026-11-28T15:00Z) or how long ago (90m, 24h, 7d, 2w).
Sums are kept by hour for 35 days and by day for 400, so a report covers whole hours, or whole days if it is older.

"without llmrouter" is what the same requests would have cost with every copy made anew and every routed prompt at the
strong model, without the provider's own prompt cache; answers that nobody was given and calls in the background are
spend that would not have been. Cost or savings that are not known are in no amount, and counted beside them.

Quality is told of judged answers only, with Wilson's 95 % interval: by audits of a random share of the semantic hits, by
shadow calls for a random share of the prompts routed to the cheap model, and by people, of the answers that they chose.

--replay takes the gateway's log, JSON lines, or packed as .gz, and answers each of its chats as --config would: the cache from
digests of what was asked and from what was thought of the nearest kept prompt, routing from the logged scores. It says
what it assumes.

The report comes from the gateway that runs; where none does, from its data folder or Redis.`

/** `llmrouter report`. Exit codes: 0 done, 1 failed, 64 wrong usage, 73 the data folder is in use, 78 wrong configuration. */
export function addReportCommand(program: Command, usageExitCode: number): void {
  program
    .command('report')
    .description('spend, savings by cause, and the judged quality of what was saved')
    .option('--since <moment>', 'from then on (default: 30d)')
    .option('--until <moment>', 'until then (default: now)')
    .option('--by <names>', 'a line for each tenant, key, provider, model, day (several with commas), or tag:NAME')
    .option('--tenant <name>', 'only this tenant')
    .option('--key <name>', 'only the key of this name')
    .option('--model <id>', 'only this model')
    .option('--json', 'as JSON, amounts exact')
    .option('--csv', 'as CSV, amounts exact')
    .option('--replay <file>', 'predict hit rate and spend of --config from a request log instead')
    .option('--url <url>', 'the gateway (default: where the configuration says, on this machine)', parseUrl)
    .option('--admin-key <key>', 'default: $LLMROUTER_ADMIN_KEY, which other users of the machine cannot see')
    .option('-c, --config <file>', 'configuration file (default: $LLMROUTER_CONFIG, then ./llmrouter.yaml)')
    .addHelpText('after', DETAILS)
    .action((options: ReportOptions) => run(options))

  async function run(options: ReportOptions): Promise<void> {
    let interrupted = false
    try {
      const text = await stopOnSignals((signal) => {
        signal.addEventListener('abort', () => {
          interrupted = true
        })
        return reportText(options, signal)
      })
      process.stdout.write(text)
    } catch (error) {
      if (!isExpected(error) && !interrupted) throw error
      process.stderr.write(`${interrupted ? 'Interrupted.' : String(Object(error).message)}\n`)
      process.exitCode = interrupted ? INTERRUPTED_EXIT_CODE : exitCodeOf(error)
    }
  }

  function exitCodeOf(error: unknown): number {
    if (error instanceof ConfigError) return CONFIG_EXIT_CODE
    if (error instanceof DataDirError) return error.exitCode
    return error instanceof GatewayError || error instanceof InvalidArgumentError ? usageExitCode : 1
  }
}

async function reportText(options: ReportOptions, signal: AbortSignal): Promise<string> {
  const { csv, json, replay, since, until, by, tenant, key, model, ...gateway } = options
  if (csv && json) throw new InvalidArgumentError('--json and --csv exclude each other.')
  if (replay !== undefined) {
    if (csv) throw new InvalidArgumentError('A replay is text or JSON.')
    const { replayLog } = await import('./replay-log.js')
    const replayed = await replayLog(replay, options.config)
    return json ? `${JSON.stringify(replayed, null, 2)}\n` : renderReplay(replayed)
  }
  const report = await getReport({ ...gateway, query: { since, until, by, tenant, key, model }, signal })
  if (json) return `${JSON.stringify(report, null, 2)}\n`
  return csv ? renderCsv(report) : renderReport(report)
}

/** A file that is not there, or is not packed, is told by its error's own words. */
function isExpected(error: unknown): boolean {
  if (error instanceof Error && ('syscall' in error || 'errno' in error)) return true
  return [GatewayCallError, ConfigError, DataDirError, GatewayError, InvalidArgumentError].some(
    (kind) => error instanceof kind,
  )
}
