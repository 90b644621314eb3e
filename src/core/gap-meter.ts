/** Listens to the pace at which one answer comes. */
export interface GapMeter {
  /** So many pieces of it have come together. */
  pieces(count: number, atMs: number): void
  /** Its reader is slow, so that it was told to wait: how long the next piece takes says nothing of who makes it. */
  interrupted(): void
}
