import { randomUUID } from 'node:crypto'
import { connectRedis, type RedisConfig, whenReady } from '../cache/store/redis/connect-redis.js'
import { scanKeys } from '../cache/store/redis/scan-keys.js'
import type { Clock } from '../core/clock.js'
import { decodeOf, encodeOf, type LedgerOf, type LedgerRow } from '../core/money/ledger/ledger-row.js'
import { addSums, entriesOf, isSumName, type LedgerSums } from '../core/money/ledger/ledger-sums.js'
import { createPeriodBook, type PeriodBook } from '../core/money/ledger/period-book.js'
import type { LedgerBatch, LedgerStore } from './ledger-store.js'

export interface RedisLedgerOptions {
  readonly config: RedisConfig
  readonly clock: Pick<Clock, 'epochMs'>
}

/** Other gateways add rows too: what they have added since is looked at now and then. */
const BOOK_LIFE_MS = 60_000
/** Of the mark of a writer that has gone. */
const MARK_LIFE_SECONDS = 86_400
const OPENING_MS = 1000

/**
 * A writer counts its batches and leaves the number of the last one: what arrives twice, or again after it was thought to be
 * lost, is added once. All of it happens at one moment.
 */
const ADD_ONCE = `
  local last = tonumber(redis.call('GET', KEYS[1]) or '0')
  if last >= tonumber(ARGV[1]) then return 0 end
  for at = 3, #ARGV, 3 do
    redis.call('HINCRBY', KEYS[tonumber(ARGV[at])], ARGV[at + 1], ARGV[at + 2])
  end
  redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
  return 1
`

/**
 * One hash for each period, shared by all gateways; a field is a row and the name of a sum. All keys of the ledger have one
 * hash tag, so that they lie together also in a cluster.
 */
export async function openRedisLedgerStore({ clock, config }: RedisLedgerOptions): Promise<LedgerStore> {
  const client = connectRedis(config, () => {})
  const prefix = `${config.keyPrefix}{ledger}:`
  const markKey = `${prefix}batch:${randomUUID()}`
  const books = new Map<string, { readonly book: PeriodBook; readonly untilMs: number }>()
  let lastBatch = 0
  /** The same one again when it has to be tried again: rows are placed once. */
  let command: { readonly number: number; readonly parts: readonly (string | number)[] } | undefined
  await Promise.race([whenReady(client), new Promise((resolve) => setTimeout(resolve, OPENING_MS).unref())])

  async function bookOf(period: string): Promise<PeriodBook> {
    const known = books.get(period)
    const nowMs = clock.epochMs()
    if (known !== undefined && nowMs < known.untilMs) return known.book
    const book = createPeriodBook((await rows(period)).map(({ of }) => of))
    for (const [name, { untilMs }] of books) if (untilMs <= nowMs) books.delete(name)
    books.set(period, { book, untilMs: nowMs + BOOK_LIFE_MS })
    return book
  }

  async function rows(period: string): Promise<readonly LedgerRow[]> {
    return parseFields(await client.hgetall(prefix + period))
  }

  async function commandOf({ number, periods }: LedgerBatch): Promise<readonly (string | number)[]> {
    const keys = [markKey, ...[...periods.keys()].map((period) => prefix + period)]
    const steps: (string | number)[] = []
    for (const [at, [period, added]] of [...periods].entries()) {
      const book = await bookOf(period)
      for (const { of, sums } of added) {
        const row = encodeOf(book.place(of))
        // Keys are counted from 1, and the first is the mark.
        for (const [name, amount] of entriesOf(sums)) steps.push(at + 2, `${row} ${name}`, String(amount))
      }
    }
    return [keys.length, ...keys, number, MARK_LIFE_SECONDS, ...steps]
  }

  return {
    kind: 'redis',
    async add(batch) {
      if (batch.number <= lastBatch) return
      if (command?.number !== batch.number) command = { number: batch.number, parts: await commandOf(batch) }
      const [keys = 0, ...parts] = command.parts
      await client.eval(ADD_ONCE, Number(keys), ...parts)
      lastBatch = batch.number
      command = undefined
    },
    rows,
    async prune({ day, hour }) {
      for await (const keys of scanKeys(client, prefix)) {
        const old = keys.filter((key) => isBefore(key.slice(prefix.length), day, hour))
        for (const key of old) await client.unlink(key)
      }
    },
    async close() {
      client.disconnect()
    },
  }
}

function isBefore(period: string, day: string, hour: string): boolean {
  if (period.startsWith('h')) return period < hour
  return period.startsWith('d') && period < day
}

/** What is not ours, or of a version we do not know, is left out. */
function parseFields(fields: Readonly<Record<string, string>>): readonly LedgerRow[] {
  const rows = new Map<string, { readonly of: LedgerOf; sums: LedgerSums }>()
  for (const [field, value] of Object.entries(fields)) {
    const space = field.lastIndexOf(' ')
    const [name, sum] = [field.slice(0, space), field.slice(space + 1)]
    const of = rows.get(name)?.of ?? decodeOf(name)
    if (of === undefined || !isSumName(sum) || !/^-?\d+$/.test(value)) continue
    rows.set(name, { of, sums: addSums(rows.get(name)?.sums ?? {}, { [sum]: BigInt(value) }) })
  }
  return [...rows.values()]
}
