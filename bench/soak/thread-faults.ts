/** Loaded into a gateway and its threads by `--import`: ends or blocks one of its inference threads when told to. */
import { BroadcastChannel, isMainThread, threadId, type Worker } from 'node:worker_threads'

export interface ThreadFault {
  readonly kind: 'kill' | 'hang'
  /** Which of the threads, counted on and on. */
  readonly turn: number
  readonly forMs: number
}

const channel = new BroadcastChannel('soak')

if (isMainThread) {
  const threads = new Set<Worker>()
  process.on('worker', (worker) => {
    threads.add(worker)
    worker.once('exit', () => threads.delete(worker))
  })
  process.on('message', ({ forMs, kind, turn }: ThreadFault) => {
    // Only an inference thread has a way of its own to be ended; the threads of the cache's index do not.
    const inference = [...threads].filter((worker) => Object.hasOwn(worker, 'terminate'))
    const worker = inference[turn % inference.length]
    if (kind === 'hang') channel.postMessage({ threadId: worker?.threadId, forMs })
    else void worker?.terminate()
  })
  process.channel?.unref()
} else {
  channel.onmessage = ({ data }: { readonly data: unknown }) => {
    const { forMs, threadId: wanted } = data as { readonly threadId: number; readonly forMs: number } // from above
    if (wanted === threadId) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs)
  }
}
channel.unref()
