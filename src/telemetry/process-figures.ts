import { Latencies } from './latency/latencies.js'
import * as bounds from './prometheus/bounds.js'
import type { Family } from './prometheus/family.js'
import { createLatencySummary } from './prometheus/latency-summary.js'
import { counter, histogram } from './prometheus/request-families.js'

/** A batch that came back from a thread. */
interface Batch {
  readonly kind: string
  readonly size: number
  readonly waitMs: number
  readonly embedMs: number
  readonly classifyMs: number
}

/** Of two answers that were compared; `failed`: there was nothing to compare with. */
type ComparisonVerdict = 'right' | 'wrong' | 'unsure' | 'failed'

/** What is measured and counted of the whole process rather than of requests. Every thread reports to this one place. */
export class ProcessFigures {
  readonly latencies = new Latencies()
  readonly #embedding = histogram(
    'embedding_duration_seconds',
    'A batch of prompts in the embedding model, in its thread.',
    [],
    bounds.EMBEDDING_SECONDS,
  )
  readonly #classification = histogram(
    'classification_duration_seconds',
    'A batch of prompts in the complexity classifier, in its thread.',
    [],
    bounds.CLASSIFICATION_SECONDS,
  )
  readonly #wait = histogram(
    'pool_wait_seconds',
    'The oldest task of a batch, until a thread had room for it.',
    [],
    bounds.POOL_WAIT_SECONDS,
  )
  readonly #batchRows = histogram('pool_batch_rows', 'Prompts or pairs in a batch.', ['kind'], bounds.BATCH_ROWS)
  readonly #audits = counter('cache_audits', 'Hits of the cache that were answered afresh, by what it showed.', [
    'verdict',
  ])
  readonly #shadows = counter(
    'routing_shadows',
    'Answers of the cheap model that the strong one gave too, by whether it said the same.',
    ['verdict'],
  )
  readonly #reloads = counter('config_reloads', 'Times the configuration was read again.', ['result'])

  constructor() {
    for (const verdict of ['right', 'wrong', 'unsure', 'failed']) {
      this.#audits.child(verdict)
      this.#shadows.child(verdict)
    }
    for (const result of ['ok', 'error']) this.#reloads.child(result)
  }

  noteBatch(batch: Batch): void {
    const { classifyMs, embedMs, kind, size, waitMs } = batch
    this.latencies.noteBatch(batch)
    this.#wait.child().observe(waitMs / 1000)
    this.#batchRows.child(kind).observe(size)
    if (kind === 'analyse' || kind === 'embed') this.#embedding.child().observe(embedMs / 1000)
    if (kind === 'analyse') this.#classification.child().observe(classifyMs / 1000)
  }

  readonly noteAudit = (verdict: ComparisonVerdict): void => {
    this.#audits.child(verdict).add()
  }

  readonly noteShadow = (verdict: ComparisonVerdict): void => {
    this.#shadows.child(verdict).add()
  }

  noteReload(result: 'ok' | 'error'): void {
    this.#reloads.child(result).add()
  }

  audits(): Readonly<Record<ComparisonVerdict, number>> {
    return countVerdicts(this.#audits)
  }

  shadows(): Readonly<Record<ComparisonVerdict, number>> {
    return countVerdicts(this.#shadows)
  }

  families(): readonly Family[] {
    const { gap, loopLag, ttft } = this.latencies
    const bySource = (series: typeof ttft) => [
      { values: ['provider'], series: series.provider },
      { values: ['cache'], series: series.cache },
    ]
    return [
      this.#embedding,
      this.#classification,
      this.#wait,
      this.#batchRows,
      this.#audits,
      this.#shadows,
      this.#reloads,
      createLatencySummary({
        name: 'llmrouter_ttft_seconds',
        help: 'Time to the first token of streams; quantiles of the last minute, exact to 0.1 %.',
        labels: ['source'],
        series: bySource(ttft),
      }),
      createLatencySummary({
        name: 'llmrouter_itl_seconds',
        help: 'Time between the tokens of streams; quantiles of the last minute, exact to 0.1 %.',
        labels: ['source'],
        series: bySource(gap),
      }),
      createLatencySummary({
        name: 'llmrouter_event_loop_lag_seconds',
        help: 'By how much the event loop is late; quantiles of the last minute.',
        labels: [],
        series: [{ values: [], series: loopLag }],
      }),
    ]
  }
}

function countVerdicts(family: ReturnType<typeof counter>): Readonly<Record<ComparisonVerdict, number>> {
  const of = (verdict: ComparisonVerdict): number => family.child(verdict).value
  return { right: of('right'), wrong: of('wrong'), unsure: of('unsure'), failed: of('failed') }
}
