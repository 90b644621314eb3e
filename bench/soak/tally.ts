/** How often each thing happened, by name. */
export class Tally {
  readonly #counts = new Map<string, number>()

  add(name: string): void {
    this.#counts.set(name, this.of(name) + 1)
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0
  }

  /** `a 3, b 1`: the most frequent first. */
  toString(): string {
    const sorted = [...this.#counts].sort(([, a], [, b]) => b - a)
    return sorted.length === 0 ? 'none' : sorted.map(([name, count]) => `${name} ${count}`).join(', ')
  }
}
