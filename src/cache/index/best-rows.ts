/** The best of what was offered, best first. */
export class BestRows {
  readonly rows: number[] = []
  readonly similarities: number[] = []
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  offer(row: number, similarity: number): void {
    const { rows, similarities } = this
    if (rows.length === this.#most) {
      if (similarity <= (similarities.at(-1) ?? 0)) return
      rows.pop()
      similarities.pop()
    }
    let at = rows.length
    while (at > 0 && (similarities[at - 1] ?? 0) < similarity) at--
    rows.splice(at, 0, row)
    similarities.splice(at, 0, similarity)
  }
}
