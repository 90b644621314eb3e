import { parentPort, workerData } from 'node:worker_threads'
import { LinkGraphs } from '../src/cache/index/link-graphs.js'
import { type LinkerSetup, MESSAGE_FIELDS } from '../src/cache/index/link-orders.js'
import { VectorArena } from '../src/cache/index/vector-arena.js'

/** The thread that links vectors into graphs. It says what it has done in messages of at most so many replies. */
const MOST_REPLIES = 128

const setup: LinkerSetup = workerData
let replies: number[] = []
const graphs = new LinkGraphs(new VectorArena(setup, 'linker'), (what, row, about) => {
  replies.push(what, row, about)
  if (replies.length >= MOST_REPLIES * MESSAGE_FIELDS) flush()
})

parentPort?.on('message', (orders: Int32Array) => {
  graphs.carryOut(orders)
  flush()
})

function flush(): void {
  if (replies.length === 0) return
  const message = Int32Array.from(replies)
  replies = []
  parentPort?.postMessage(message, [message.buffer])
}
