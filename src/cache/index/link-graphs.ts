import { GraphLinker } from './graph-linker.js'
import { MESSAGE_FIELDS, ORDER, REPLY } from './link-orders.js'
import { StartSample } from './start-sample.js'
import type { VectorArena } from './vector-arena.js'

interface Graph {
  /** Linked ones, dead or alive. */
  rows: number[]
  readonly starts: StartSample
  deadCount: number
}

/** Dead rows of a graph that are left where they are: a sweep goes through the whole graph. */
const FEW_DEAD = 64
const MANY_DEAD = 50_000
const DEAD_SHARE = 0.1

const OUTSIDE = 0
const LINKED = 1
const DEAD = 2

/** The linker's thread: carries out orders, and says what has become of the rows. */
export class LinkGraphs {
  readonly #arena: VectorArena
  readonly #linker: GraphLinker
  readonly #say: (what: number, row: number, about: number) => void
  readonly #graphs = new Map<number, Graph>()
  /** By row. */
  #states = new Uint8Array(0)

  constructor(arena: VectorArena, say: (what: number, row: number, about: number) => void) {
    this.#arena = arena
    this.#linker = new GraphLinker(arena)
    this.#say = say
  }

  carryOut(orders: Int32Array): void {
    for (let at = 0; at < orders.length; at += MESSAGE_FIELDS) {
      const [what, graph = 0, row = 0] = orders.subarray(at, at + MESSAGE_FIELDS)
      this.#reserve(row)
      if (what === ORDER.link) this.#link(graph, row)
      else this.#remove(graph, row)
    }
  }

  #reserve(row: number): void {
    this.#arena.reserve(row + 1)
    if (row < this.#states.length) return
    const states = new Uint8Array(Math.max(this.#arena.capacity(), 2 * this.#states.length))
    states.set(this.#states)
    this.#states = states
  }

  #link(tag: number, row: number): void {
    if (!this.#arena.isAlive(row)) {
      this.#say(REPLY.skipped, row, tag)
      return
    }
    const graph = this.#graphOf(tag)
    const same = this.#linker.link(row, graph.starts.rows, graph.starts.count)
    if (same !== undefined) {
      this.#say(REPLY.same, row, same)
      return
    }
    this.#states[row] = LINKED
    graph.rows.push(row)
    graph.starts.offer(row)
    this.#say(REPLY.linked, row, tag)
  }

  #graphOf(tag: number): Graph {
    const known = this.#graphs.get(tag)
    if (known !== undefined) return known
    const graph: Graph = { rows: [], starts: new StartSample(), deadCount: 0 }
    this.#graphs.set(tag, graph)
    return graph
  }

  #remove(tag: number, row: number): void {
    const graph = this.#graphs.get(tag)
    if (graph === undefined || this.#states[row] !== LINKED) this.#say(REPLY.free, row, tag)
    else {
      this.#states[row] = DEAD
      graph.deadCount++
      if (isSweepDue(graph)) this.#sweep(tag, graph)
    }
    this.#say(REPLY.removed, row, tag)
  }

  /** Links the living past the dead, whose rows are free then. */
  #sweep(tag: number, graph: Graph): void {
    const living = graph.rows.filter((row) => this.#states[row] === LINKED)
    const dead = graph.rows.filter((row) => this.#states[row] === DEAD)
    for (const row of living) this.#linker.relink(row, (link) => this.#states[link] === DEAD)
    graph.rows = living
    graph.deadCount = 0
    this.#restart(tag, graph)
    for (const row of dead) {
      this.#states[row] = OUTSIDE
      this.#say(REPLY.free, row, tag)
    }
    if (living.length === 0) this.#graphs.delete(tag)
  }

  /** No search may start from a row that is free. */
  #restart(tag: number, { rows, starts }: Graph): void {
    starts.forget()
    for (const row of rows) starts.offer(row)
    this.#say(REPLY.restart, 0, tag)
    for (const row of starts.rows.subarray(0, starts.count)) this.#say(REPLY.start, row, tag)
  }
}

function isSweepDue({ rows, deadCount }: Graph): boolean {
  if (deadCount === rows.length) return true
  return deadCount >= Math.min(MANY_DEAD, Math.max(FEW_DEAD, rows.length * DEAD_SHARE))
}
