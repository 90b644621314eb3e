import { expect, test } from 'vitest'
import type { Trace } from '../../../src/telemetry/traces/span.js'
import { createTraceQueue, type TraceCounts } from '../../../src/telemetry/traces/trace-queue.js'

const span = (name: string) => ({
  ...{ name, kind: 'server' as const, spanId: 'a', parentId: undefined, startMs: 1, endMs: 2 },
  ...{ attributes: {}, error: undefined },
})
const trace = (id: number): Trace => ({
  traceId: String(id),
  state: undefined,
  isRemote: false,
  spans: [span('one'), span('two')],
})

/** A collector that answers when the test says so. */
function createQueue(options: { maxWaiting?: number; delayMs?: number } = {}) {
  const batches: { readonly ids: readonly string[]; take(): void; refuse(): void }[] = []
  const losses: (TraceCounts & { readonly reason: string })[] = []
  let arrive: (() => void) | undefined
  let nowMs = 0
  const queue = createTraceQueue<number>({
    build: (id) => (id < 0 ? undefined : trace(id)),
    send: (traces) =>
      new Promise((resolve, reject) => {
        const ids = traces.map(({ traceId }) => traceId)
        batches.push({ ids, take: resolve, refuse: () => reject(new Error('503')) })
        arrive?.()
      }),
    onLoss: (counts, reason) => losses.push({ ...counts, reason }),
    nowMs: () => nowMs,
    delayMs: 0,
    ...options,
  })
  return {
    queue,
    batches,
    losses,
    tick: (ms: number) => {
      nowMs += ms
    },
    arrived: async (count: number) => {
      while (batches.length < count) {
        await new Promise<void>((resolve) => {
          arrive = resolve
        })
      }
    },
  }
}

test('what comes together goes out together, and what nobody records does not', async () => {
  const { arrived, batches, queue } = createQueue()
  for (const id of [1, -1, 2]) queue.add(id)
  await arrived(1)
  batches[0]?.take()
  await queue.close(1000)
  expect(batches.map(({ ids }) => ids)).toEqual([['1', '2']])
  expect(queue.counts()).toEqual({ sent: 4, dropped: 0 })
})

test('many go out in batches, four of them at once', async () => {
  const { arrived, batches, queue } = createQueue()
  for (let id = 0; id < 1000; id++) queue.add(id)
  await arrived(4)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(batches.map(({ ids }) => ids.length)).toEqual([100, 100, 100, 100])
  batches[0]?.take()
  await arrived(5)
  const closed = queue.close(60_000)
  for (let at = 1; at < 10; at++) {
    await arrived(at + 1)
    batches[at]?.take()
  }
  await closed
  expect(batches.flatMap(({ ids }) => ids)).toEqual(Array.from({ length: 1000 }, (_, id) => String(id)))
  expect(queue.counts()).toEqual({ sent: 2000, dropped: 0 })
})

test('where too many wait, the others are counted as lost, and that is told once a minute', () => {
  const { losses, queue, tick } = createQueue({ maxWaiting: 3, delayMs: 1_000_000 })
  for (let id = 0; id < 8; id++) queue.add(id)
  expect(queue.counts()).toEqual({ sent: 0, dropped: 5 })
  expect(losses).toMatchObject([{ dropped: 1, reason: expect.stringContaining('more than 3') }])
  tick(60_001)
  queue.add(8)
  expect(losses).toHaveLength(2)
})

test('what the collector does not take is counted as lost', async () => {
  const { arrived, batches, losses, queue } = createQueue()
  queue.add(1)
  await arrived(1)
  batches[0]?.refuse()
  await queue.close(1000)
  expect(queue.counts()).toEqual({ sent: 0, dropped: 1 })
  expect(losses).toMatchObject([{ reason: '503' }])
})

test('the end does not wait for a collector that hangs', async () => {
  const { losses, queue } = createQueue()
  for (let id = 0; id < 1000; id++) queue.add(id)
  await queue.close(30)
  expect(queue.counts().dropped).toBeGreaterThan(0)
  expect(losses).toHaveLength(1)
})
