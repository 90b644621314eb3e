import type { StreamEvent } from '../../core/stream-event.js'
import { malformed } from '../malformed.js'

/**
 * Content blocks that began while another one was being written. Our events have one block after the other, so what
 * these say is kept until their turn comes, in the order in which they began.
 */
export interface HeldBlocks<Block> {
  /** @param size of what the provider sent, for the bound on what is kept */
  begin(block: Block, events: readonly StreamEvent[], size: number): void
  /** The held block of this index that is still being written. */
  find(index: unknown): Block | undefined
  add(index: unknown, events: readonly StreamEvent[], size: number): void
  end(index: unknown, events: readonly StreamEvent[]): void
  /** Gives away the block whose turn it is. */
  next(): HeldBlock<Block> | undefined
}

interface HeldBlock<Block> {
  readonly block: Block
  readonly events: StreamEvent[]
  readonly isOver: boolean
}

/** The sum of the held events' JSON texts, in characters. */
const MAX_HELD_LENGTH = 32 * 1024 * 1024

export function createHeldBlocks<Block extends { readonly index: unknown }>(): HeldBlocks<Block> {
  let queue: (HeldBlock<Block> & { isOver: boolean })[] = []
  let given = 0
  /** Those that are not over. */
  const open = new Map<unknown, (typeof queue)[number]>()
  let heldLength = 0

  function count(size: number): void {
    heldLength += size
    if (heldLength > MAX_HELD_LENGTH) throw malformed('too many of its content blocks are mixed up')
  }

  return {
    begin(block, events, size) {
      count(size)
      const held = { block, events: [...events], isOver: false }
      queue.push(held)
      open.set(block.index, held)
    },
    find: (index) => open.get(index)?.block,
    add(index, events, size) {
      count(size)
      for (const event of events) open.get(index)?.events.push(event)
    },
    end(index, events) {
      const held = open.get(index)
      if (held === undefined) return
      for (const event of events) held.events.push(event)
      held.isOver = true
      open.delete(index)
    },
    next() {
      const held = queue[given]
      given += 1
      if (given >= queue.length) {
        queue = []
        given = 0
        heldLength = 0
      }
      if (held !== undefined && !held.isOver) open.delete(held.block.index)
      return held
    },
  }
}
