import type { FaultJournal } from './fault-journal.js'
import type { Got, Verdict } from './judge-chat.js'
import { keyOf } from './questions.js'
import type { Ask } from './request-mix.js'
import { Tally } from './tally.js'

const MOST_EXAMPLES = 20
const LIMIT_CODES = new Set(['rate_limit_exceeded', 'rate_limit_error'])

/** What became of all requests. */
export class SoakLedger {
  readonly kinds = new Tally()
  readonly caches = new Tally()
  readonly verdicts = new Tally()
  readonly errors = new Tally()
  /** Since the last look at them. */
  readonly examples: { readonly id: string | undefined; readonly what: string }[] = []
  readonly #journal: FaultJournal

  constructor(journal: FaultJournal) {
    this.#journal = journal
  }

  get failures(): number {
    return this.verdicts.of('wrong') + this.verdicts.of('lost')
  }

  note(ask: Ask, got: Got, verdict: Verdict, fromMs: number): void {
    this.kinds.add(kindOf(ask))
    const cache = got.headers['x-llmrouter-cache']
    const hitKind = got.headers['x-llmrouter-cache-kind']
    if (cache !== undefined) this.caches.add(hitKind === undefined ? cache : `${cache} ${hitKind}`)
    const settled = verdict.kind === 'error' ? this.#settleError(ask, verdict, fromMs) : verdict
    this.verdicts.add(settled.kind)
    if ('what' in settled && this.examples.length < MOST_EXAMPLES) {
      const what = `${settled.kind}, ${new Date().toISOString()}, ${ask.client}, ${kindOf(ask)}: ${settled.what}`
      this.examples.push({ id: got.headers['x-request-id'], what })
    }
  }

  /** An error that nothing explains is a lost answer. */
  #settleError(
    ask: Ask,
    { code, isInStream }: Verdict & { kind: 'error' },
    fromMs: number,
  ): Verdict | { kind: 'explained' } {
    const cause = this.#explain(ask, code, isInStream, fromMs)
    if (cause === undefined) return { kind: 'lost', what: `${code} for no reason` }
    this.errors.add(`${code}${isInStream ? ' in the stream' : ''} (${cause})`)
    return { kind: 'explained' }
  }

  #explain(ask: Ask, code: string, isInStream: boolean, fromMs: number): string | undefined {
    if (ask.client === 'tight' && !isInStream && LIMIT_CODES.has(code)) return 'limit of the key'
    if (ask.kind === 'embeddings') return undefined
    return this.#journal.explain({ code, key: keyOf(ask.prompt), fromMs, untilMs: Date.now() })
  }
}

function kindOf(ask: Ask): string {
  if (ask.kind === 'embeddings') return ask.kind
  const parts = [ask.dialect, ask.stream ? 'stream' : 'whole']
  if (ask.withTools) parts.push('tools')
  if (ask.leavesAfter !== undefined) parts.push('leaves')
  return parts.join(' ')
}
