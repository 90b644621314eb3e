/** A search starts from the best of so many rows: comparing to all takes a few microseconds. */
const MOST_STARTS = 256

/** Rows of a graph, drawn evenly from all that were offered. */
export class StartSample {
  readonly rows = new Int32Array(MOST_STARTS)
  count = 0
  #offered = 0

  offer(row: number): void {
    this.#offered++
    if (this.count < MOST_STARTS) {
      this.rows[this.count++] = row
      return
    }
    const at = Math.floor(Math.random() * this.#offered)
    if (at < MOST_STARTS) this.rows[at] = row
  }

  forget(): void {
    this.count = 0
    this.#offered = 0
  }
}
