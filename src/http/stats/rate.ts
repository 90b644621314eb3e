const SECONDS = 10

/** How fast a count grows, over the last ten seconds. */
export class Rate {
  readonly #read: () => number
  /** Counts at the ends of the last seconds, newest last. */
  #counts: readonly number[]

  constructor(read: () => number) {
    this.#read = read
    this.#counts = [read()]
  }

  /** A second is over. */
  tick(): void {
    this.#counts = [...this.#counts.slice(-SECONDS), this.#read()]
  }

  get perSecond(): number {
    const [first = 0] = this.#counts
    const last = this.#counts.at(-1) ?? first
    return (last - first) / Math.max(1, this.#counts.length - 1)
  }
}
