import { afterEach, describe, expect, test } from 'vitest'
import type { InferencePool, PoolObserver } from '../../src/inference/inference-pool.js'
import type { InferencePoolOptions } from '../../src/inference/pool.js'
import { DIMENSION, fingerprint, obedientPool } from './obedient-pool.js'

const open: InferencePool[] = []

async function readyPool(options: Partial<InferencePoolOptions> = {}): Promise<InferencePool> {
  const pool = obedientPool(options)
  open.push(pool)
  await pool.ready()
  return pool
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((pool) => pool.close()))
})

function batches(): { observer: PoolObserver; sizes: (kind: string) => number[]; kinds: string[] } {
  const seen: { kind: string; size: number }[] = []
  const kinds: string[] = []
  const observer: PoolObserver = {
    onBatch: ({ kind, size }) => {
      seen.push({ kind, size })
      kinds.push(kind)
    },
  }
  return { observer, kinds, sizes: (kind) => seen.filter((row) => row.kind === kind).map((row) => row.size) }
}

describe('a pool', () => {
  test('answers every kind of request', async () => {
    const pool = await readyPool()
    expect(await pool.ping()).toEqual({ kind: 'done', value: undefined })
    const analysis = await pool.analyse('hello')
    const vector = new Float32Array(DIMENSION).fill(fingerprint('hello'))
    expect(analysis).toEqual({ kind: 'done', value: { vector, tokenCount: 5, complexity: 0.05 } })
    const pairs = [0.5, 0.25].map((cosine) => ({ a: 'x', b: 'y', cosine }))
    expect(await pool.verify(pairs)).toEqual({ kind: 'done', value: [0.5, 0.25] })
    expect(await pool.verify([])).toEqual({ kind: 'done', value: [] })
    expect(await pool.embed([])).toEqual({
      kind: 'done',
      value: { vectors: new Float32Array(0), dimension: DIMENSION, tokenCounts: [] },
    })
  })

  test('puts a large request for embeddings together in the order of its inputs', async () => {
    const pool = await readyPool({ threads: 2 })
    const inputs = Array.from({ length: 500 }, (_, i) => (i % 3 === 0 ? [i, i + 1] : 'w'.repeat((i * 37) % 400)))
    const outcome = await pool.embed(inputs)
    if (outcome.kind !== 'done') throw new Error(outcome.kind)
    expect(outcome.value.tokenCounts).toEqual(inputs.map((input) => input.length))
    const firsts = inputs.map((_, i) => outcome.value.vectors[i * DIMENSION])
    expect(firsts).toEqual(inputs.map(fingerprint))
  })

  test('gives every caller its own row of a batch', async () => {
    const { observer, sizes } = batches()
    const pool = await readyPool({ observer })
    const texts = Array.from({ length: 100 }, (_, i) => `text ${i}`)
    const outcomes = await Promise.all(texts.map((text) => pool.analyse(text)))
    const firsts = outcomes.map((outcome) => (outcome.kind === 'done' ? outcome.value.vector[0] : undefined))
    expect(firsts).toEqual(texts.map(fingerprint))
    expect(Math.max(...sizes('analyse'))).toBeGreaterThan(1)
  })

  test('lets a prompt overtake the bulk that waits', async () => {
    const { observer, kinds } = batches()
    const pool = await readyPool({ observer })
    const bulk = pool.embed(Array.from({ length: 300 }, () => 'sleep 1'))
    await pool.analyse('quick')
    expect(kinds.filter((kind) => kind === 'embed').length).toBeLessThanOrEqual(1)
    expect((await bulk).kind).toBe('done')
    expect(kinds.filter((kind) => kind === 'embed').length).toBeGreaterThan(4)
  })

  test('starves no embeddings while prompts keep every thread busy', async () => {
    const pool = await readyPool()
    let isAnswered = false
    const ask = async () => {
      while (!isAnswered) await pool.analyse('sleep 2')
    }
    const chats = Array.from({ length: 8 }, ask)
    const outcome = await pool.embed(['patience'])
    isAnswered = true
    await Promise.all(chats)
    expect(outcome.kind).toBe('done')
  })

  test('lets requests for embeddings take turns', async () => {
    const pool = await readyPool()
    const order: string[] = []
    const long = pool.embed(Array.from({ length: 500 }, () => 'sleep 1')).then(() => order.push('long'))
    const short = pool.embed(['short']).then(() => order.push('short'))
    await Promise.all([long, short])
    expect(order).toEqual(['short', 'long'])
  })

  test('keeps a short text from being padded to a long one', async () => {
    const { observer, sizes } = batches()
    const pool = await readyPool({ observer })
    await Promise.all(Array.from({ length: 8 }, () => pool.embed(['warm up'])))
    const before = sizes('embed').length
    await pool.embed(['short', 'x'.repeat(500)])
    expect(sizes('embed').slice(before)).toEqual([1, 1])
  })
})

describe('a request with a text that is too long', () => {
  test('ends with its place and its tokens before the other texts are embedded', async () => {
    const { observer, sizes } = batches()
    const pool = await readyPool({ observer })
    const inputs = Array.from({ length: 500 }, (_, i) => (i === 321 ? 'x'.repeat(200) : 'sleep 1'))
    expect(await pool.embed(inputs, { mostTokens: 100 })).toEqual({ kind: 'too-long', position: 321, tokenCount: 200 })
    expect((await pool.embed(['after'])).kind).toBe('done')
    expect(sizes('embed').reduce((sum, size) => sum + size, 0)).toBeLessThan(100)
  })

  test('names the first of those that were read together', async () => {
    const pool = await readyPool()
    const outcome = await pool.embed(['short', 'x'.repeat(120), 'x'.repeat(130)], { mostTokens: 100 })
    expect(outcome).toEqual({ kind: 'too-long', position: 1, tokenCount: 120 })
  })

  test('is embedded all the same when nobody minds', async () => {
    const pool = await readyPool()
    expect((await pool.embed(['short', 'x'.repeat(120)])).kind).toBe('done')
  })
})

describe('a request that cannot be had in time', () => {
  test('is late when its turn does not come', async () => {
    const pool = await readyPool({ limits: () => ({ maxQueue: 10, deadlineMs: 30 }) })
    const bulk = pool.embed(['sleep 300'])
    await Promise.resolve() // The thread has it now.
    expect(await pool.ping()).toEqual({ kind: 'unavailable', reason: 'late' })
    expect((await bulk).kind).toBe('done')
    expect(pool.status().unavailable.late).toBe(1)
    expect(pool.status().queueDepth).toBe(0)
  })

  test('is late when the answer does not come, and the thread lives on', async () => {
    const pool = await readyPool({ limits: () => ({ maxQueue: 10, deadlineMs: 30 }) })
    expect(await pool.analyse('sleep 200')).toEqual({ kind: 'unavailable', reason: 'late' })
    expect((await pool.embed(['after'])).kind).toBe('done')
    expect(pool.status()).toMatchObject({ restarts: 0, readyThreads: 1 })
  })

  test('is refused when too many wait, in its own lane only', async () => {
    const pool = await readyPool({ limits: () => ({ maxQueue: 3, deadlineMs: 10_000 }) })
    const first = pool.embed(['sleep 100'])
    await Promise.resolve() // The thread has it now.
    const waiting = [pool.embed(['a']), pool.embed(['b']), pool.embed(['c'])]
    expect(await pool.embed(['d'])).toEqual({ kind: 'unavailable', reason: 'full' })
    expect((await pool.analyse('chat goes on')).kind).toBe('done')
    for (const outcome of await Promise.all([first, ...waiting])) expect(outcome.kind).toBe('done')
    expect(pool.status().unavailable.full).toBe(1)
  })

  test('is forgotten when nobody wants it any more, and its place is free', async () => {
    const { observer, sizes } = batches()
    const pool = await readyPool({ observer, limits: () => ({ maxQueue: 2, deadlineMs: 10_000 }) })
    const first = pool.embed(['sleep 100'])
    await Promise.resolve() // The thread has it now.
    const stop = new AbortController()
    const left = [pool.embed(['a'], { signal: stop.signal }), pool.embed(['b'], { signal: stop.signal })]
    expect(await pool.embed(['c'])).toEqual({ kind: 'unavailable', reason: 'full' })
    stop.abort()
    expect(await Promise.all(left)).toEqual([{ kind: 'cancelled' }, { kind: 'cancelled' }])
    expect(pool.status().queueDepth).toBe(0)
    expect((await pool.embed(['d'])).kind).toBe('done')
    expect((await first).kind).toBe('done')
    expect(sizes('embed')).toEqual([1, 1])
    expect(pool.status().unavailable).toEqual({ late: 0, full: 1, failed: 0, closed: 0 })
  })

  test('is not even begun when it was given up before', async () => {
    const { observer, sizes } = batches()
    const pool = await readyPool({ observer })
    expect(await pool.embed(['a'], { signal: AbortSignal.abort() })).toEqual({ kind: 'cancelled' })
    expect((await pool.embed(['b'])).kind).toBe('done')
    expect(sizes('embed')).toEqual([1])
  })

  test('stops in the middle when it is given up there', async () => {
    const { observer, sizes } = batches()
    const pool = await readyPool({ observer })
    const stop = new AbortController()
    const bulk = pool.embed(
      Array.from({ length: 500 }, () => 'sleep 1'),
      { signal: stop.signal },
    )
    await expect.poll(() => sizes('embed').length).toBeGreaterThan(0)
    stop.abort()
    expect(await bulk).toEqual({ kind: 'cancelled' })
    expect((await pool.embed(['after'])).kind).toBe('done')
    expect(sizes('embed').reduce((sum, size) => sum + size, 0)).toBeLessThan(400)
  })

  test('obeys limits that change while the pool runs', async () => {
    let limits = { maxQueue: 0, deadlineMs: 10_000 }
    const pool = await readyPool({ limits: () => limits })
    expect(await pool.ping()).toEqual({ kind: 'unavailable', reason: 'full' })
    limits = { maxQueue: 1, deadlineMs: 10_000 }
    expect((await pool.ping()).kind).toBe('done')
  })

  test('fails alone when it throws, and the others of its batch are answered', async () => {
    const { observer } = batches()
    const pool = await readyPool({ observer })
    const texts = ['one', 'two', 'three', 'throw', 'four', 'five']
    const outcomes = await Promise.all(texts.map((text) => pool.analyse(text)))
    expect(outcomes.map((outcome) => outcome.kind === 'done')).toEqual(texts.map((text) => text !== 'throw'))
    const bulks = await Promise.all(texts.map((text) => pool.embed([text])))
    expect(bulks.map((outcome) => outcome.kind === 'done')).toEqual(texts.map((text) => text !== 'throw'))
    expect(pool.status()).toMatchObject({ restarts: 0, unavailable: { failed: 2 } })
  })
})
