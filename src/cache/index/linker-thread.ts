import { Worker } from 'node:worker_threads'
import { type LinkerSetup, MESSAGE_FIELDS } from './link-orders.js'

/** The linker as the gateway's thread sees it. */
export interface LinkerThread {
  order(what: number, graph: number, row: number): void
  close(): Promise<void>
}

export interface LinkerThreadOptions {
  readonly setup: LinkerSetup
  readonly workerFile: string
  onReply(what: number, row: number, about: number): void
  /** The thread has died, not by `close`: what it was told is forgotten. */
  onDeath(cause: Error): void
}

/** Orders given in one turn of the event loop travel together. The thread does not keep the process alive. */
export function startLinkerThread({ setup, workerFile, onReply, onDeath }: LinkerThreadOptions): LinkerThread {
  const worker = new Worker(workerFile, { workerData: setup })
  let waiting: number[] = []
  let isClosed = false
  worker.unref()
  worker.on('message', (replies: Int32Array) => {
    for (let at = 0; at < replies.length && !isClosed; at += MESSAGE_FIELDS) {
      onReply(replies[at] ?? 0, replies[at + 1] ?? 0, replies[at + 2] ?? 0)
    }
  })
  worker.on('error', die)
  worker.on('exit', (code) => die(new Error(`The linker's thread ended with code ${code}.`)))

  function die(cause: Error): void {
    if (isClosed) return
    isClosed = true
    onDeath(cause)
  }

  function send(): void {
    if (isClosed) return
    const orders = Int32Array.from(waiting)
    waiting = []
    worker.postMessage(orders, [orders.buffer])
  }

  return {
    order(what, graph, row) {
      if (waiting.length === 0) setImmediate(send)
      waiting.push(what, graph, row)
    },
    async close() {
      isClosed = true
      await worker.terminate()
    },
  }
}
