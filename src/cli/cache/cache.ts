import { type Command, InvalidArgumentError } from 'commander'
import { CONFIG_EXIT_CODE, ConfigError } from '../../config/config-error.js'
import { createStageProgress, type StageProgress } from '../calibrate-progress.js'
import { parseUrl } from '../parse-url.js'
import { INTERRUPTED_EXIT_CODE, stopOnSignals } from '../stop-on-signals.js'
import { createGatewayClient, GatewayCallError, type GatewayClient, type GatewayOptions } from './gateway-client.js'
import { exportToFile, importFromFile } from './transfer-entries.js'
import { countLines, countPrompts, warmCache } from './warm-cache.js'

interface FilterOptions extends GatewayOptions {
  readonly tenant?: string
  readonly model?: string
}

interface Work {
  readonly client: GatewayClient
  readonly progress: StageProgress
  readonly signal: AbortSignal
}

/** `llmrouter cache …`. Exit codes: 0 done, 1 failed, 64 wrong usage, 78 wrong configuration, 130 interrupted. */
export function addCacheCommand(program: Command): void {
  const cache = program.command('cache').description('look after the answer cache of a running gateway')

  command('stats', 'show its figures').action((options: GatewayOptions) =>
    run(options, async ({ client, signal }) =>
      print(await (await client.call('GET', '/cache/stats', { signal })).json()),
    ),
  )

  command('flush', 'remove entries; all of them without a filter')
    .option('--tenant <name>', 'only those of this tenant')
    .option('--model <id>', 'only those of this model')
    .option('--older-than <seconds>', 'only those stored before', parseNumber)
    .option('--dry-run', 'only count them')
    .action((options: FilterOptions & { olderThan?: number; dryRun?: boolean }) =>
      run(options, async ({ client, signal }) => {
        const { dryRun, model, olderThan: olderThanSeconds, tenant } = options
        const body = { model, tenant, olderThanSeconds, dryRun }
        print(await (await client.call('POST', '/cache/flush', { body, signal })).json())
      }),
    )

  command('entries', 'list entries, one JSON object a line')
    .option('--tenant <name>', 'only those of this tenant')
    .option('--model <id>', 'only those of this model')
    .option('--answer', 'with the beginnings of their answers')
    .action((options: FilterOptions & { answer?: boolean }) => run(options, (work) => listEntries(work, options)))

  command('export', 'write all entries with their answers to a file, readable only for you')
    .argument('<file>', 'JSON lines; it is replaced')
    .action((file: string, options: GatewayOptions) =>
      run(options, async (work) => {
        const entries = await exportToFile({ ...work, file })
        work.progress.end()
        process.stdout.write(`${entries} entries are in ${file}\n`)
      }),
    )

  command('import', 'put exported entries into the cache; those whose time is over are left out')
    .argument('<file>', 'as export wrote it')
    .action((file: string, options: GatewayOptions) =>
      run(options, async (work) => {
        const counts = await importFromFile({ ...work, file, lines: await countLines(file) })
        work.progress.end()
        print(counts)
        return counts.not_kept === 0
      }),
    )

  command('warm', 'ask the gateway every prompt of a file, so that their answers are kept')
    .argument('<file>', 'JSON lines: {"prompt": "…"}, or {"model": "…", "messages": […]} with any other field')
    .option('--concurrency <n>', 'so many at once', parseNumber, 4)
    .option('--model <id>', 'for lines that name none', 'auto')
    .option('--key <key>', 'client key, where the gateway has any (default: $LLMROUTER_KEY)')
    .action((file: string, options: GatewayOptions & { concurrency: number; model: string; key?: string }) =>
      run(options, async (work) => {
        const { concurrency, model, key = process.env.LLMROUTER_KEY } = options
        const lines = await countPrompts(file)
        const { reasons, ...counts } = await warmCache({ ...work, file, lines, concurrency, model, key })
        work.progress.end()
        print(counts)
        for (const reason of reasons) process.stderr.write(`${reason}\n`)
        return counts.errors === 0
      }),
    )

  function command(name: string, description: string): Command {
    return cache
      .command(name)
      .description(description)
      .option('--url <url>', 'the gateway (default: where the configuration says, on this machine)', parseUrl)
      .option('--admin-key <key>', 'default: $LLMROUTER_ADMIN_KEY, which other users of the machine cannot see')
      .option('-c, --config <file>', 'configuration file (default: $LLMROUTER_CONFIG, then ./llmrouter.yaml)')
  }
}

/** @param action `false`: it failed, and has said so */
async function run(options: GatewayOptions, action: (work: Work) => Promise<unknown>): Promise<void> {
  const progress = createStageProgress(process.stderr)
  let interrupted = false
  try {
    const succeeded = await stopOnSignals(async (signal) => {
      signal.addEventListener('abort', () => {
        interrupted = true
      })
      return action({ client: createGatewayClient(options), progress, signal })
    })
    if (succeeded === false) process.exitCode = 1
  } catch (error) {
    progress.end()
    if (!isExpected(error) && !interrupted) throw error
    process.stderr.write(`${interrupted ? 'Interrupted.' : String(Object(error).message)}\n`)
    process.exitCode = error instanceof ConfigError ? CONFIG_EXIT_CODE : 1
  } finally {
    if (interrupted) process.exitCode = INTERRUPTED_EXIT_CODE
  }
}

/** A file that is not there is told by its error's own words. */
function isExpected(error: unknown): boolean {
  return (
    error instanceof GatewayCallError || error instanceof ConfigError || (error instanceof Error && 'syscall' in error)
  )
}

async function listEntries(
  { client, signal }: Work,
  { answer, model, tenant }: FilterOptions & { answer?: boolean },
): Promise<void> {
  let cursor: string | null = ''
  while (cursor !== null) {
    const query = new URLSearchParams({ limit: '200', cursor })
    if (tenant !== undefined) query.set('tenant', tenant)
    if (model !== undefined) query.set('model', model)
    if (answer === true) query.set('answer', '1')
    const response = await client.call('GET', `/cache/entries?${query}`, { signal })
    const page = (await response.json()) as { entries: readonly object[]; next_cursor: string | null } // our own
    for (const entry of page.entries) process.stdout.write(`${JSON.stringify(entry)}\n`)
    cursor = page.next_cursor
  }
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

function parseNumber(value: string): number {
  if (/^\d{1,9}$/.test(value) && Number(value) > 0) return Number(value)
  throw new InvalidArgumentError('Expected a whole number above zero.')
}
