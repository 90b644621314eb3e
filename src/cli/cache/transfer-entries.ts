import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { StageProgress } from '../calibrate-progress.js'
import { GatewayCallError, type GatewayClient } from './gateway-client.js'

export interface TransferOptions {
  readonly client: GatewayClient
  readonly file: string
  readonly progress: StageProgress
  readonly signal: AbortSignal
}

/** So much goes into one request; an entry may be longer. */
const BATCH_CHARACTERS = 1024 * 1024

/** @returns how many entries were written */
export async function exportToFile({ client, file, progress, signal }: TransferOptions): Promise<number> {
  const stats = (await (await client.call('GET', '/cache/stats', { signal })).json()) as { entries: number } // our own
  const response = await client.call('GET', '/cache/export', { signal })
  // Whoever may not read the cache shall not read its copy either.
  const output = createWriteStream(file, { mode: 0o600 })
  await once(output, 'open')
  let entries = 0
  for await (const chunk of response.body ?? []) {
    for (const byte of chunk) if (byte === 0x0a) entries++
    progress.onProgress('exporting', entries, Math.max(entries, stats.entries))
    if (!output.write(chunk)) await once(output, 'drain')
  }
  output.end()
  await once(output, 'finish')
  return entries
}

export interface ImportCounts {
  readonly imported: number
  readonly expired: number
  readonly too_large: number
  readonly not_kept: number
}

/** @throws GatewayCallError with the lines of the batch that the gateway did not take */
export async function importFromFile(options: TransferOptions & { readonly lines: number }): Promise<ImportCounts> {
  const { client, file, progress, signal } = options
  let counts: ImportCounts = { imported: 0, expired: 0, too_large: 0, not_kept: 0 }
  let batch: string[] = []
  let characters = 0
  let done = 0

  async function send(): Promise<void> {
    if (batch.length === 0) return
    const response = await client
      .call('POST', '/cache/import', { body: `{"entries":[${batch.join(',')}]}`, signal })
      .catch((error: unknown) => {
        if (!(error instanceof GatewayCallError)) throw error
        throw new GatewayCallError(`${error.message} (entries[0] is line ${done + 1} of ${file})`)
      })
    const added = (await response.json()) as ImportCounts // our own
    counts = {
      imported: counts.imported + added.imported,
      expired: counts.expired + added.expired,
      too_large: counts.too_large + added.too_large,
      not_kept: counts.not_kept + added.not_kept,
    }
    done += batch.length
    progress.onProgress('importing', done, options.lines)
    batch = []
    characters = 0
  }

  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (line.trim() === '') continue
    if (characters + line.length > BATCH_CHARACTERS) await send()
    batch.push(line)
    characters += line.length
  }
  await send()
  return counts
}
