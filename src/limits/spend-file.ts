import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod'
import { calendarAt, dayBegins, monthBegins, type Spend } from '../core/limits/spend.js'
import { formatUsd, parseUsd } from '../core/money/money.js'

/** What each key has spent, by name. */
export type Spends = Iterable<readonly [name: string, spend: Readonly<Spend>]>

export class SpendFileError extends Error {
  override readonly name = 'SpendFileError'
}

const amount = z.string().transform((text, context) => {
  try {
    return parseUsd(text)
  } catch {
    context.addIssue('no amount of dollars')
    return z.NEVER
  }
})

const fileSchema = z.object({
  version: z.literal(1),
  keys: z.array(
    z.object({ name: z.string(), day: z.iso.date(), ofDayUsd: amount, month: z.iso.date(), ofMonthUsd: amount }),
  ),
})

/** So many keys are put into words before others get their turn. */
const KEYS_A_TURN = 200

/** None without a file. @throws SpendFileError when there is one and it cannot be read */
export async function readSpends(file: string): Promise<Spends> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new SpendFileError(error instanceof Error ? error.message : String(error))
  }
  try {
    return fileSchema.parse(JSON.parse(text)).keys.map(({ day, month, name, ofDayUsd, ofMonthUsd }) => {
      const spend = { ...calendarAt(Date.parse(month)), day: calendarAt(Date.parse(day)).day }
      return [name, { ...spend, ofDay: ofDayUsd, ofMonth: ofMonthUsd }] as const
    })
  } catch {
    throw new SpendFileError('it is damaged or of another version')
  }
}

/** Whole or not at all, and on the disk when it resolves. Rejects with the error of the file system. */
export async function writeSpends(file: string, spends: Spends): Promise<void> {
  const part = `${file}.${process.pid}.part`
  const text = await render(spends)
  try {
    await mkdir(dirname(file), { recursive: true })
    const handle = await open(part, 'w', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

async function render(spends: Spends): Promise<string> {
  const rows: string[] = []
  for (const [name, spend] of spends) {
    rows.push(JSON.stringify(rowOf(name, spend)))
    if (rows.length % KEYS_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return `{"version":1,"keys":[\n${rows.join(',\n')}\n]}\n`
}

function rowOf(name: string, spend: Readonly<Spend>) {
  return {
    name,
    day: dateOf(dayBegins(spend)),
    ofDayUsd: formatUsd(spend.ofDay),
    month: dateOf(monthBegins(spend)),
    ofMonthUsd: formatUsd(spend.ofMonth),
  }
}

function dateOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10)
}
