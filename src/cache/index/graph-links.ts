import type { IndexedRows } from './indexed-rows.js'
import { type LinkerSetup, ORDER, REPLY } from './link-orders.js'
import { type LinkerThread, startLinkerThread } from './linker-thread.js'
import { createGraph, type Partition, type PartitionGraph } from './partition.js'

export interface GraphLinksOptions {
  readonly setup: LinkerSetup
  readonly workerFile: string
  readonly indexed: IndexedRows
  onLinkerDeath?: ((cause: Error) => void) | undefined
}

/** After so many, what it dies of is not going to pass: vectors stay loose from then on. */
const MOST_DEATHS = 5

/** The graphs of the large partitions, and what the linker has been told and has said about them. */
export class GraphLinks {
  readonly #options: GraphLinksOptions
  readonly #byTag = new Map<number, Partition>()
  #linker: LinkerThread | undefined
  #lastTag = 0
  #deaths = 0
  #unanswered = 0
  #settling: (() => void)[] = []

  constructor(options: GraphLinksOptions) {
    this.#options = options
  }

  giveGraph(partition: Partition): void {
    const tag = ++this.#lastTag
    partition.graph = createGraph(tag)
    this.#byTag.set(tag, partition)
    for (const row of partition.loose) this.#order(ORDER.link, tag, row)
  }

  link(row: number, { tag }: PartitionGraph): void {
    this.#order(ORDER.link, tag, row)
  }

  /** The row is free when the linker says so. */
  remove(row: number, { tag }: PartitionGraph, isLast: boolean): void {
    if (isLast) this.#byTag.delete(tag)
    if (this.#hasGivenUp) this.#options.indexed.rows.release(row)
    else this.#order(ORDER.remove, tag, row)
  }

  settled(): Promise<void> {
    if (this.#unanswered === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#settling.push(resolve)
    })
  }

  async close(): Promise<void> {
    this.#settle()
    await this.#linker?.close()
  }

  get #hasGivenUp(): boolean {
    return this.#deaths > MOST_DEATHS
  }

  #order(what: number, tag: number, row: number): void {
    if (this.#hasGivenUp) return
    const { setup, workerFile } = this.#options
    this.#linker ??= startLinkerThread({
      setup,
      workerFile,
      onReply: (reply, about, value) => this.#take(reply, about, value),
      onDeath: (cause) => this.#startAgain(cause),
    })
    this.#unanswered++
    this.#linker.order(what, tag, row)
  }

  #take(reply: number, row: number, about: number): void {
    const { indexed } = this.#options
    switch (reply) {
      case REPLY.free:
        indexed.rows.release(row)
        return
      case REPLY.restart:
        this.#byTag.get(about)?.graph?.starts.forget()
        return
      case REPLY.start:
        this.#byTag.get(about)?.graph?.starts.offer(row)
        return
      case REPLY.linked:
        indexed.tighten(row)?.graph?.starts.offer(row)
        break
      case REPLY.same:
        this.#takeSame(row, about)
        break
    }
    this.#unanswered--
    if (this.#unanswered === 0) this.#settle()
  }

  #takeSame(row: number, other: number): void {
    const { indexed } = this.#options
    if (indexed.merge(row, other)) return
    const graph = indexed.rows.get(row)?.partition.graph
    if (graph !== undefined) this.link(row, graph)
  }

  #settle(): void {
    for (const resolve of this.#settling.splice(0)) resolve()
  }

  /** Nothing is lost but the links. */
  #startAgain(cause: Error): void {
    this.#deaths++
    this.#linker = undefined
    this.#unanswered = 0
    this.#options.indexed.loosenAll()
    for (const { graph, loose } of this.#byTag.values()) {
      if (graph === undefined) continue
      graph.starts.forget()
      for (const row of loose) this.link(row, graph)
    }
    if (this.#unanswered === 0) this.#settle()
    this.#options.onLinkerDeath?.(cause)
  }
}
