import type { GapMeter } from '../../core/gap-meter.js'
import type { RequestRecord } from '../../core/request-record.js'
import { LatencySeries } from './latency-series.js'
import { watchLoopLag } from './loop-lag.js'
import { overheadMsOf, sourceOf } from './record-times.js'
import { type GapSinks, SeriesGapMeter } from './series-gap-meter.js'

/** Answers that a provider makes, and copies of answers that are or were made for another request. */
export type LatencySource = 'provider' | 'cache'

type BySource = Readonly<Record<LatencySource, LatencySeries>>

/**
 * How long things take, each kind in a series of its own. Only what is sampled by a clock of ours (`loopLag`) is corrected
 * for coordinated omission: all others are of requests and pieces that come when others send them, whether or not the one
 * before has been served.
 */
export class Latencies {
  /** From a request's arrival to the first piece of its answer, of streams. */
  readonly ttft: BySource = bySource()
  /** Between the pieces of one stream; 0 between those that came together. */
  readonly gap: BySource = bySource()
  /** From a request's arrival to its end, however it ended. */
  readonly total: BySource = bySource()
  /** The time of a request that no provider and no client is to blame for. */
  readonly overhead = new LatencySeries()
  /** Looking for a kept answer. */
  readonly lookup = new LatencySeries()
  /** A batch of prompts in its thread, all threads together. */
  readonly embed = new LatencySeries()
  /** The oldest of a batch, until a thread had room for it. */
  readonly poolWait = new LatencySeries()
  /** By how much the event loop is late. */
  readonly loopLag = new LatencySeries()
  /** Gaps of providers in which a reader noticed that nothing came. */
  stalls = 0
  readonly #timer: NodeJS.Timeout
  readonly #stopLag: () => void
  readonly #onStall = (): void => {
    this.stalls++
  }

  constructor() {
    this.#timer = setInterval(() => this.tick(), 1000).unref()
    this.#stopLag = watchLoopLag(this.loopLag)
  }

  /** By the names that `/stats` uses. */
  all(): readonly NamedSeries[] {
    const { embed, gap, lookup, loopLag, overhead, poolWait, total, ttft } = this
    return [
      ...named('ttft', ttft),
      ...named('gap', gap),
      ...named('total', total),
      { name: 'overhead', source: undefined, series: overhead },
      { name: 'lookup', source: undefined, series: lookup },
      { name: 'embed', source: undefined, series: embed },
      { name: 'pool_wait', source: undefined, series: poolWait },
      { name: 'loop_lag', source: undefined, series: loopLag },
    ]
  }

  note(record: RequestRecord): void {
    const { lookup } = record.stagesMs
    if (lookup !== undefined) this.lookup.record(lookup)
    const source = sourceOf(record)
    if (source === undefined) return
    this.total[source].record(record.durationMs)
    if (record.stream && record.ttftMs !== undefined) this.ttft[source].record(record.ttftMs)
    const overheadMs = overheadMsOf(record)
    if (overheadMs !== undefined) this.overhead.record(overheadMs)
  }

  /** @param buckets where the gaps of a provider's stream are counted as well */
  openGaps(source: LatencySource, buckets: GapSinks['buckets']): GapMeter {
    if (source === 'cache') return new SeriesGapMeter(this.gap.cache)
    return new SeriesGapMeter(this.gap.provider, { buckets, onStall: this.#onStall })
  }

  noteBatch({
    embedMs,
    kind,
    waitMs,
  }: {
    readonly kind: string
    readonly embedMs: number
    readonly waitMs: number
  }): void {
    this.poolWait.record(waitMs)
    if (kind === 'analyse' || kind === 'embed') this.embed.record(embedMs)
  }

  /** A second is over. */
  tick(): void {
    for (const { series } of this.all()) series.tick()
  }

  close(): void {
    clearInterval(this.#timer)
    this.#stopLag()
  }
}

export interface NamedSeries {
  readonly name: string
  readonly source: LatencySource | undefined
  readonly series: LatencySeries
}

function bySource(): BySource {
  return { provider: new LatencySeries(), cache: new LatencySeries() }
}

function named(name: string, { cache, provider }: BySource): readonly NamedSeries[] {
  return [
    { name, source: 'provider', series: provider },
    { name, source: 'cache', series: cache },
  ]
}
