import type { ErrorCode } from '../../core/errors.js'
import type { BackgroundCall } from '../../core/money/background-call.js'
import { type PicoUsd, usdNumber } from '../../core/money/money.js'
import type { SavingCause } from '../../core/money/saving.js'
import type { AttemptRecord, RequestEnd, RequestRecord } from '../../core/request-record.js'
import type { Usage } from '../../core/usage.js'
import { overheadMsOf, sourceOf } from '../latency/record-times.js'
import { errorTypeOf } from './error-type.js'
import { fieldLabel } from './field-label.js'
import { CACHE, type KnownNames, type ModelRow, ModelRows, OTHER } from './model-rows.js'
import { createRequestFamilies, type RequestFamilies } from './request-families.js'

const STRATEGIES: ReadonlySet<string> = new Set(['auto', 'cheapest', 'quality'])

/** Counts settled requests for Prometheus. */
export class RequestCounter {
  readonly families: RequestFamilies = createRequestFamilies()
  settled = 0
  readonly ends: Record<RequestEnd, number> = { complete: 0, failed: 0, broken: 0, 'client-gone': 0 }
  readonly savings: Record<SavingCause, PicoUsd> = {
    exact: 0n,
    semantic: 0n,
    joined: 0n,
    routing: 0n,
    'prompt-cache': 0n,
  }
  readonly #rows: ModelRows
  readonly #overhead = this.families.overhead.child()
  readonly #promptTokens = this.families.promptTokens.child()
  readonly #complexity = this.families.complexity.child()
  readonly #similarity = {
    hit: this.families.similarity.child('hit'),
    miss: this.families.similarity.child('miss'),
  }

  constructor(known: KnownNames) {
    this.#rows = new ModelRows(this.families, known)
    for (const result of ['won', 'lost']) this.families.hedges.child(result)
  }

  rowOf(provider: string | undefined, model: string | undefined): ModelRow {
    return this.#rows.of(provider, model)
  }

  rows(): readonly ModelRow[] {
    return this.#rows.all()
  }

  note(record: RequestRecord): void {
    const row = this.#rows.of(record.provider, record.model)
    const isCopy = sourceOf(record) === 'cache'
    this.settled++
    row.requests[record.cache].add()
    this.#noteTimes(record, isCopy ? this.#rows.of(CACHE, record.model) : row)
    this.#noteUsage(record, isCopy)
    this.#noteMoney(record, row)
    this.#noteDecisions(record)
    this.#noteEnd(record)
    for (const attempt of record.attempts) this.#noteAttempt(attempt)
    for (const field of record.dropped) this.families.droppedFields.child(row.provider, fieldLabel(field)).add()
  }

  noteRefusal(code: ErrorCode): void {
    this.families.refusals.child(code).add()
  }

  noteBackgroundCall({ cause, cost }: BackgroundCall): void {
    if (cost !== undefined) this.families.backgroundCost.child(cause).add(cost)
  }

  #noteTimes(record: RequestRecord, row: ModelRow): void {
    row.duration.observeTraced(record.durationMs / 1000, record.traceId)
    if (record.stream && record.ttftMs !== undefined) {
      row.firstToken.observeTraced(record.ttftMs / 1000, record.traceId)
    }
    const overheadMs = overheadMsOf(record)
    if (overheadMs !== undefined) this.#overhead.observe(overheadMs / 1000)
  }

  #noteUsage({ attempts, model, provider, usage }: RequestRecord, isCopy: boolean): void {
    if (usage !== undefined) this.#promptTokens.observe(usage.inputTokens)
    if (isCopy) return addTokens(this.#rows.of(CACHE, model), usage)
    if (attempts.length === 0) return addTokens(this.#rows.of(provider, model), usage)
    for (const attempt of attempts) addTokens(this.#rows.of(attempt.provider, attempt.model), attempt.usage)
  }

  #noteMoney({ attempts, cost, savings }: RequestRecord, row: ModelRow): void {
    for (const attempt of attempts) {
      if (attempt.cost !== undefined) this.#rows.of(attempt.provider, attempt.model).cost.add(attempt.cost)
    }
    if (attempts.length > 0) {
      if (cost === undefined) row.unknownCosts.add()
      else row.costPerRequest.observe(usdNumber(cost))
    }
    for (const { amount, cause } of savings) {
      this.savings[cause] += amount
      if (cause === 'routing') row.savedByRouting.add(amount)
      else if (cause === 'prompt-cache') row.savedByPromptCache.add(amount)
      else row.savedByCache.add(amount)
    }
  }

  #noteDecisions({ cacheHit, routing, similarity }: RequestRecord): void {
    if (similarity !== undefined) this.#similarity[cacheHit === undefined ? 'miss' : 'hit'].observe(similarity)
    if (routing === undefined) return
    const strategy = STRATEGIES.has(routing.strategy) ? routing.strategy : OTHER
    this.families.routingDecisions.child(strategy, this.#rows.modelLabel(routing.selected)).add()
    if (routing.complexity !== undefined) this.#complexity.observe(routing.complexity)
  }

  #noteEnd({ end, errorCode }: RequestRecord): void {
    this.ends[end]++
    if (end === 'client-gone') this.families.disconnects.child().add()
    else if (errorCode !== undefined) this.families.errors.child(errorCode).add()
  }

  #noteAttempt(attempt: AttemptRecord): void {
    const { escalations, fallbacks, hedges, providerErrors, retries } = this.families
    const errorType = errorTypeOf(attempt)
    if (errorType !== undefined) providerErrors.child(this.#rows.providerLabel(attempt.provider), errorType).add()
    const model = (id: string | undefined): string => this.#rows.modelLabel(id)
    switch (attempt.cause) {
      case 'first':
        return
      case 'retry':
        return retries.child(this.#rows.providerLabel(attempt.provider), attempt.reason ?? OTHER).add()
      case 'fallback':
        return fallbacks.child(model(attempt.insteadOf), model(attempt.model)).add()
      case 'escalation':
        return escalations.child(model(attempt.insteadOf), model(attempt.model)).add()
      case 'hedge':
        return hedges.child(attempt.outcome === 'complete' ? 'won' : 'lost').add()
    }
  }
}

function addTokens({ inputTokens, outputTokens }: ModelRow, usage: Usage | undefined): void {
  if (usage === undefined) return
  inputTokens.add(usage.inputTokens)
  outputTokens.add(usage.outputTokens)
}
