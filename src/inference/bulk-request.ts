import type { EmbedInput, EmbedResult } from './contract.js'
import { type EmbedEntry, UNHARMED } from './entry.js'
import type { Embeddings, EmbedRefusal } from './inference-pool.js'
import type { Ticket } from './ticket.js'

export interface BulkRequestOptions {
  readonly inputs: readonly EmbedInput[]
  /** Estimated tokens of each input. */
  readonly lengths: readonly number[]
  readonly dimension: number
  readonly since: number
  readonly ticket: Ticket<Embeddings, EmbedRefusal>
  /** An input with more ends the request. */
  readonly mostTokens: number
}

/** A request for embeddings: handed out in slices of similar length, put together in the order of its inputs. */
export class BulkRequest {
  readonly since: number
  readonly ticket: Ticket<Embeddings, EmbedRefusal>
  readonly #inputs: readonly EmbedInput[]
  readonly #lengths: readonly number[]
  readonly #dimension: number
  readonly #mostTokens: number
  /** Positions by length, longest first: a text that is too long shows before the others have cost anything. */
  readonly #order: readonly number[]
  #next = 0
  #missing: number
  #vectors: Float32Array | undefined
  readonly #tokenCounts: number[]

  constructor(options: BulkRequestOptions) {
    this.since = options.since
    this.ticket = options.ticket
    this.#inputs = options.inputs
    this.#lengths = options.lengths
    this.#dimension = options.dimension
    this.#mostTokens = options.mostTokens
    this.#order = options.inputs.map((_, i) => i).sort((a, b) => lengthAt(options, b) - lengthAt(options, a))
    this.#missing = options.inputs.length
    this.#tokenCounts = new Array<number>(options.inputs.length).fill(0)
  }

  /** Nothing is left to hand out. */
  get isExhausted(): boolean {
    return this.ticket.isSettled || this.#next >= this.#order.length
  }

  /** The inputs that come next, as long as `fits` says yes to the length of one more. The first is always taken. */
  takeSlice(fits: (tokens: number) => boolean): EmbedEntry {
    const start = this.#next
    let tokens = 0
    do {
      tokens = this.#lengthOf(this.#next)
      this.#next += 1
    } while (this.#next < this.#order.length && fits(this.#lengthOf(this.#next)))
    const positions = this.#order.slice(start, this.#next)
    const inputs = positions.map((position) => this.#inputs[position] ?? '')
    const { since, ticket } = this
    return { kind: 'embed', inputs, positions, request: this, ticket, tokens, rows: inputs.length, since, ...UNHARMED }
  }

  /** Estimated tokens of the input that comes next. */
  get nextLength(): number {
    return this.#lengthOf(this.#next)
  }

  /** Row `firstRow` and those behind it belong to `positions`. */
  fill(positions: readonly number[], result: EmbedResult, firstRow: number): void {
    if (this.ticket.isSettled) return
    positions.forEach((position, i) => {
      this.#tokenCounts[position] = result.tokenCounts[firstRow + i] ?? 0
    })
    const tooLong = positions.filter((position) => this.#countAt(position) > this.#mostTokens)
    if (tooLong.length > 0) {
      const position = Math.min(...tooLong)
      return this.ticket.decline({ kind: 'too-long', position, tokenCount: this.#countAt(position) })
    }
    this.#place(positions, result.vectors, firstRow)
    this.#missing -= positions.length
    if (this.#missing > 0 || this.#vectors === undefined) return
    this.ticket.answer({ vectors: this.#vectors, dimension: this.#dimension, tokenCounts: this.#tokenCounts })
  }

  #place(positions: readonly number[], batch: Float32Array, firstRow: number): void {
    const size = this.#dimension
    const row = (i: number) => batch.subarray((firstRow + i) * size, (firstRow + i + 1) * size)
    // One text, the usual case, needs no copy.
    if (this.#order.length === 1) this.#vectors = row(0)
    this.#vectors ??= new Float32Array(this.#order.length * size)
    if (this.#order.length === 1) return
    for (const [i, position] of positions.entries()) this.#vectors.set(row(i), position * size)
  }

  #countAt(position: number): number {
    return this.#tokenCounts[position] ?? 0
  }

  #lengthOf(rank: number): number {
    return this.#lengths[this.#order[rank] ?? 0] ?? 0
  }
}

function lengthAt(options: BulkRequestOptions, position: number): number {
  return options.lengths[position] ?? 0
}
