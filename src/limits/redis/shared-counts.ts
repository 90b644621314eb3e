import { randomUUID } from 'node:crypto'
import { createCommandGate } from '../../cache/store/redis/command-gate.js'
import { connectRedis, hangingLimit, type RedisConfig, whenReady } from '../../cache/store/redis/connect-redis.js'
import { within } from '../../cache/store/redis/within.js'
import type { Clock } from '../../core/clock.js'
import type { KeyLimits, Refusal } from '../../core/limits/key-limits.js'
import type { Calendar, Spend } from '../../core/limits/spend.js'
import { nanoOf, picoOf } from './nano-usd.js'
import { ENTER, REPORT, RESERVE, type Script } from './scripts.js'

/** What all gateways on one Redis count together. Undefined: no answer in time, and nobody knows whether it was counted. */
export interface SharedCounts {
  enter(name: string, question: EnterQuestion): Promise<EnterAnswer | undefined>
  reserve(name: string, question: ReserveQuestion): Promise<ReserveAnswer | undefined>
  /** @returns what all have spent */
  report(name: string, report: Report): Promise<Spend | undefined>
  close(): Promise<void>
}

interface EnterQuestion {
  readonly mine: number
  readonly limits: KeyLimits
  readonly calendar: Calendar
}

export interface EnterAnswer {
  readonly verdict: 'admitted' | Exclude<Refusal['reason'], 'tokens'>
  readonly requestsUsed: number
  readonly spend: Spend
}

interface ReserveQuestion {
  readonly mine: number
  readonly tokensPerMinute: number
  readonly tokens: number
}

interface ReserveAnswer {
  readonly isTaken: boolean
  readonly tokensUsed: number
}

interface Report {
  readonly mine: number
  /** Grows with each; 0: only says how many requests are under way. */
  readonly number: number
  readonly tokensPerMinute: number | null
  /** So many more than were reserved. */
  readonly tokens: number
  readonly spent: Readonly<Spend>
  /** What this gateway knows all to have spent. */
  readonly known: Readonly<Spend>
}

export interface SharedCountsOptions {
  readonly config: RedisConfig
  /** So long a gateway that says nothing is believed to have its requests under way. */
  readonly leaseMs: number
  /** Undefined: the clock of the server, which is one for all. */
  readonly clock?: Pick<Clock, 'epochMs'>
  readonly onError: (message: string) => void
}

const OPENING_MS = 1000
const NO_LIMIT = -1

/** Resolves also when Redis cannot be reached: then nothing is answered until it can. */
export async function openSharedCounts(options: SharedCountsOptions): Promise<SharedCounts> {
  const { clock, config, leaseMs, onError } = options
  const client = connectRedis(config, (error) => onError(error.message))
  const gate = createCommandGate({ timeoutMs: config.commandTimeoutMs, hangingLimit: hangingLimit(client) })
  const gateway = randomUUID()
  const loaded = new Set<Script>()

  /** By its text until the server has it, so that commands that are sent in order arrive in order. */
  async function evaluate(script: Script, key: string, args: readonly (string | number)[]): Promise<unknown> {
    if (loaded.has(script)) {
      try {
        return await client.evalsha(script.sha1, 1, key, ...args)
      } catch (error) {
        // A server that was restarted, or another one.
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
      }
    }
    const reply = await client.eval(script.text, 1, key, ...args)
    loaded.add(script)
    return reply
  }

  async function run(script: Script, name: string, mine: number, args: readonly (string | number)[]) {
    const key = `${config.keyPrefix}limits:${name}`
    const all = [clock?.epochMs() ?? -1, gateway, mine, leaseMs, ...args]
    const answer = await gate.send(0, () => evaluate(script, key, all))
    const trouble = answer === undefined ? gate.trouble() : undefined
    if (trouble !== undefined) onError(trouble)
    return answer === undefined ? undefined : textsOf(answer.value)
  }

  await within(OPENING_MS, whenReady(client))

  return {
    async enter(name, { calendar, limits, mine }) {
      const { day, month } = calendar
      const budgets = [limits.budgetPerDay, limits.budgetPerMonth].map((budget) =>
        budget === null ? NO_LIMIT : String(nanoOf(budget)),
      )
      const args = [limits.requestsPerMinute ?? NO_LIMIT, limits.maxConcurrent ?? NO_LIMIT, day, month, ...budgets]
      const [verdict, used, ofDay, ofMonth] = (await run(ENTER, name, mine, args)) ?? []
      if (verdict === undefined) return undefined
      const spend = spendOf(calendar, ofDay, ofMonth)
      return { verdict: verdict as EnterAnswer['verdict'], requestsUsed: Number(used), spend } // our own script's words
    },
    async reserve(name, { mine, tokens, tokensPerMinute }) {
      const [verdict, used] = (await run(RESERVE, name, mine, [tokensPerMinute, tokens])) ?? []
      return verdict === undefined ? undefined : { isTaken: verdict === 'admitted', tokensUsed: Number(used) }
    },
    async report(name, { known, mine, number, spent, tokens, tokensPerMinute }) {
      const ofDay = [spent.day, String(nanoOf(spent.ofDay)), String(known.day === spent.day ? nanoOf(known.ofDay) : 0)]
      const knownOfMonth = known.month === spent.month ? nanoOf(known.ofMonth) : 0
      const ofMonth = [spent.month, String(nanoOf(spent.ofMonth)), String(knownOfMonth)]
      const args = [number, tokensPerMinute ?? NO_LIMIT, tokens, ...ofDay, ...ofMonth]
      const totals = await run(REPORT, name, mine, args)
      return totals === undefined ? undefined : spendOf(spent, totals[0], totals[1])
    },
    async close() {
      await within(config.commandTimeoutMs, client.quit())
      client.disconnect()
    },
  }
}

function spendOf({ day, month }: Calendar, ofDay = '0', ofMonth = '0'): Spend {
  return { day, month, ofDay: picoOf(ofDay), ofMonth: picoOf(ofMonth) }
}

function textsOf(reply: unknown): readonly string[] {
  return Array.isArray(reply) ? reply.map(String) : []
}
