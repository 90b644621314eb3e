import { type Family, labelText, type TextFormat } from './family.js'

export interface HistogramOptions {
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  /** Upper bounds, ascending. */
  readonly bounds: readonly number[]
  /** Leaves out what is empty: most combinations of the labels never come about. */
  readonly isSparse: boolean
}

/** A histogram whose children are looked up once and then only added to; see `CounterFamily`. */
export class HistogramFamily implements Family {
  readonly type = 'histogram'
  readonly name: string
  readonly help: string
  readonly #options: HistogramOptions
  readonly #children = new Map<string, Buckets>()

  constructor(options: HistogramOptions) {
    this.name = options.name
    this.help = options.help
    this.#options = options
    if (options.labels.length === 0) this.child()
  }

  child(...values: readonly string[]): Buckets {
    const { bounds, labels: names, name } = this.#options
    const labels = labelText(names, values)
    const known = this.#children.get(labels)
    if (known !== undefined) return known
    const buckets = new Buckets(bounds, () => prefixesOf(name, labels, bounds))
    this.#children.set(labels, buckets)
    return buckets
  }

  samples(format: TextFormat): string {
    let text = ''
    for (const buckets of this.#children.values()) {
      if (!this.#options.isSparse || buckets.count > 0) text += buckets.samples(format)
    }
    return text
  }
}

interface Prefixes {
  /** One for each bound, and one for all that is above. */
  readonly buckets: readonly string[]
  readonly sum: string
  readonly count: string
}

interface Exemplar {
  readonly traceId: string
  readonly value: number
  readonly epochMs: number
}

/** How many values lie where, under one combination of labels. */
export class Buckets {
  count = 0
  sum = 0
  readonly #bounds: readonly number[]
  readonly #counts: Float64Array
  readonly #createPrefixes: () => Prefixes
  /** Made with the first scrape and kept: they are most of the text. */
  #prefixes: Prefixes | undefined
  /** By bucket: the newest request of it that belongs to a trace. */
  #exemplars: (Exemplar | undefined)[] | undefined

  constructor(bounds: readonly number[], createPrefixes: () => Prefixes) {
    this.#bounds = bounds
    this.#counts = new Float64Array(bounds.length + 1)
    this.#createPrefixes = createPrefixes
  }

  observe(value: number, times = 1): void {
    this.#add(value, times)
  }

  /** @param traceId of the request; undefined: it belongs to no trace */
  observeTraced(value: number, traceId: string | undefined): void {
    const bucket = this.#add(value, 1)
    if (traceId === undefined) return
    this.#exemplars ??= []
    this.#exemplars[bucket] = { traceId, value, epochMs: Date.now() }
  }

  samples(format: TextFormat): string {
    this.#prefixes ??= this.#createPrefixes()
    const { buckets, count, sum } = this.#prefixes
    let text = ''
    let seen = 0
    for (let at = 0; at < buckets.length; at++) {
      seen += this.#counts[at] ?? 0
      text += `${buckets[at]}${seen}${format === 'openmetrics' ? this.#exemplarText(at) : ''}\n`
    }
    return `${text}${sum}${this.sum}\n${count}${this.count}\n`
  }

  #add(value: number, times: number): number {
    let bucket = 0
    while (value > (this.#bounds[bucket] ?? Number.POSITIVE_INFINITY)) bucket++
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + times
    this.count += times
    this.sum += value * times
    return bucket
  }

  #exemplarText(bucket: number): string {
    const exemplar = this.#exemplars?.[bucket]
    if (exemplar === undefined) return ''
    const { epochMs, traceId, value } = exemplar
    return ` # {trace_id="${traceId}"} ${Number(value.toFixed(6))} ${epochMs / 1000}`
  }
}

function prefixesOf(name: string, labels: string, bounds: readonly number[]): Prefixes {
  const rest = labels === '' ? '' : `,${labels}`
  const own = labels === '' ? '' : `{${labels}}`
  const les = [...bounds.map(String), '+Inf']
  return {
    buckets: les.map((le) => `${name}_bucket{le="${le}"${rest}} `),
    sum: `${name}_sum${own} `,
    count: `${name}_count${own} `,
  }
}
