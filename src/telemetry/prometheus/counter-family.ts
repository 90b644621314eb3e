import { formatUsd, type PicoUsd } from '../../core/money/money.js'
import { type Family, labelText } from './family.js'

/**
 * A counter whose children are looked up once and then only added to. prom-client looks for the child and checks its labels
 * each time, which takes more than a microsecond, and a request counts a dozen things.
 */
export class CounterFamily<Value extends Total> implements Family {
  readonly type = 'counter'
  readonly name: string
  readonly help: string
  readonly #labels: readonly string[]
  readonly #create: () => Value
  readonly #isSparse: boolean
  readonly #children = new Map<string, Row<Value> & { readonly prefix: string }>()

  constructor({ create, help, isSparse, labels, name }: CounterOptions<Value>) {
    this.name = name
    this.help = help
    this.#labels = labels
    this.#create = create
    this.#isSparse = isSparse
    if (labels.length === 0) this.child()
  }

  child(...values: readonly string[]): Value {
    const labels = labelText(this.#labels, values)
    const known = this.#children.get(labels)
    if (known !== undefined) return known.total
    const total = this.#create()
    const prefix = `${this.name}_total${labels === '' ? '' : `{${labels}}`} `
    this.#children.set(labels, { prefix, total, values })
    return total
  }

  /** All there are, also those that are left out of the text. */
  rows(): readonly Row<Value>[] {
    return [...this.#children.values()]
  }

  samples(): string {
    let text = ''
    for (const { prefix, total } of this.#children.values()) {
      if (!this.#isSparse || !total.isZero) text += `${prefix}${total}\n`
    }
    return text
  }
}

export interface CounterOptions<Value> {
  /** Without `_total`. */
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  /** Leaves out what is 0: most combinations of the labels never come about. */
  readonly isSparse: boolean
  readonly create: () => Value
}

interface Row<Value> {
  /** Of the labels, in their order. */
  readonly values: readonly string[]
  readonly total: Value
}

interface Total {
  readonly isZero: boolean
  toString(): string
}

export class Count implements Total {
  value = 0

  add(more = 1): void {
    this.value += more
  }

  get isZero(): boolean {
    return this.value === 0
  }

  toString(): string {
    return `${this.value}`
  }
}

/** Exact, so that what is scraped is what was charged. */
export class UsdTotal implements Total {
  value: PicoUsd = 0n

  /** What is given back is left out: a counter only grows. */
  add(more: PicoUsd): void {
    if (more > 0n) this.value += more
  }

  get isZero(): boolean {
    return this.value === 0n
  }

  toString(): string {
    return formatUsd(this.value)
  }
}
