import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, test } from 'vitest'
import type { InferencePool } from '../../src/inference/inference-pool.js'
import type { InferencePoolOptions } from '../../src/inference/pool.js'
import { obedientPool, obedientSetup } from './obedient-pool.js'

const open: InferencePool[] = []
const threads: Worker[] = []
const addThread = (worker: Worker) => threads.push(worker)

function createPool(options: Partial<InferencePoolOptions> = {}): InferencePool {
  const pool = obedientPool(options)
  open.push(pool)
  return pool
}

async function readyPool(options: Partial<InferencePoolOptions> = {}): Promise<InferencePool> {
  process.on('worker', addThread)
  const pool = createPool(options)
  await pool.ready()
  return pool
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((pool) => pool.close()))
  process.off('worker', addThread)
  threads.length = 0
})

async function isReady(pool: InferencePool, count: number): Promise<void> {
  await expect.poll(() => pool.status().readyThreads, { timeout: 10_000 }).toBe(count)
}

describe('the death of a thread', () => {
  test.each([1, 2])('loses no request when one of %i is terminated at work', async (count) => {
    const causes: string[] = []
    const pool = await readyPool({ threads: count, observer: { onRestart: (cause) => causes.push(cause) } })
    const chats = ['sleep 60', 'sleep 61', 'a', 'b', 'c'].map((text) => pool.analyse(text))
    const bulk = pool.embed(Array.from({ length: 100 }, (_, i) => `text ${i}`))
    await new Promise((resolve) => setTimeout(resolve, 20))
    await threads[0]?.terminate()
    for (const outcome of await Promise.all([...chats, bulk])) expect(outcome.kind).toBe('done')
    expect(causes).toHaveLength(1)
    await isReady(pool, count)
    expect(pool.status()).toMatchObject({ restarts: 1, threads: count })
  })

  test('is noticed when the thread has nothing to do', async () => {
    const pool = await readyPool()
    await threads[0]?.terminate()
    expect((await pool.analyse('hello')).kind).toBe('done')
    expect(pool.status().restarts).toBe(1)
  })

  test.each([
    ['crash', 'told to crash'],
    ['exit', 'worker exited with code: 7'],
    ['hoard', 'JS heap out of memory'],
  ])('takes only the request with it that caused it: %s', async (poison, cause) => {
    const causes: string[] = []
    const pool = await readyPool({ threads: 2, maxHeapMb: 32, observer: { onRestart: (why) => causes.push(why) } })
    const texts = ['one', 'two', poison, 'three', 'four']
    const outcomes = await Promise.all([...texts, ...texts].map((text) => pool.analyse(text)))
    const expected = [...texts, ...texts].map((text) => text !== poison)
    expect(outcomes.map((outcome) => outcome.kind === 'done')).toEqual(expected)
    expect(outcomes[2]).toEqual({ kind: 'unavailable', reason: 'failed' })
    for (const seen of causes) expect(seen).toContain(cause)
    await isReady(pool, 2)
  })

  test('takes only the embeddings with it that caused it', async () => {
    const pool = await readyPool()
    const innocent = Array.from({ length: 20 }, (_, i) => pool.embed([`text ${i}`]))
    const guilty = pool.embed(['a', 'b', 'exit', 'c'])
    const more = Array.from({ length: 20 }, (_, i) => pool.embed([`text ${i}`]))
    expect(await guilty).toEqual({ kind: 'unavailable', reason: 'failed' })
    for (const outcome of await Promise.all([...innocent, ...more])) expect(outcome.kind).toBe('done')
    expect(pool.status().restarts).toBe(2)
  })
})

describe('a dead thread that cannot be replaced', () => {
  const file = join(tmpdir(), `${process.pid}.broken-if-present`)
  afterEach(() => rmSync(file, { force: true }))

  test('leaves nobody waiting, and is tried again until it works', async () => {
    const causes: string[] = []
    const setup = obedientSetup(file)
    const pool = await readyPool({ setup, observer: { onRestart: (cause) => causes.push(cause) } })
    writeFileSync(file, '')
    const early = pool.embed(['sleep 1000'])
    await threads[0]?.terminate()
    expect(await early).toEqual({ kind: 'unavailable', reason: 'failed' })
    await expect.poll(() => causes.length, { timeout: 10_000 }).toBeGreaterThan(2)
    expect(await pool.analyse('nobody is there')).toEqual({ kind: 'unavailable', reason: 'failed' })
    expect(causes[1]).toBe(`${file} is there`)
    rmSync(file)
    await isReady(pool, 1)
    expect((await pool.analyse('hello')).kind).toBe('done')
  })

  test('leaves the work to the others', async () => {
    const pool = await readyPool({ setup: obedientSetup(file), threads: 2 })
    writeFileSync(file, '')
    await threads[0]?.terminate()
    await expect.poll(() => pool.status().restarts, { timeout: 10_000 }).toBeGreaterThan(1)
    expect((await pool.analyse('hello')).kind).toBe('done')
    await pool.close()
    expect(pool.status().readyThreads).toBe(0)
  })
})

describe('threads that cannot load their models', () => {
  test.each([
    ['broken.onnx', 'broken.onnx: the file is cut off'],
    ['exits.onnx', 'the thread exited'],
  ])('are reported with the reason and not started again: %s', async (onnxFile, reason) => {
    process.on('worker', addThread)
    const pool = createPool({ setup: obedientSetup(onnxFile), threads: 2 })
    const early = pool.analyse('asked before the threads were there')
    const bulk = pool.embed(['as well'])
    await expect(pool.ready()).rejects.toThrow(reason)
    expect(await early).toEqual({ kind: 'unavailable', reason: 'failed' })
    expect(await bulk).toEqual({ kind: 'unavailable', reason: 'failed' })
    expect(await pool.analyse('asked after')).toEqual({ kind: 'unavailable', reason: 'failed' })
    expect(pool.status()).toMatchObject({ readyThreads: 0, restarts: 0 })
    await pool.close()
    expect(threads).toHaveLength(2)
  })

  test('are reported when the file of the thread is missing', async () => {
    const pool = createPool({ workerFile: '/nowhere/inference.js' })
    await expect(pool.ready()).rejects.toThrow('/nowhere/inference.js')
  })

  test('do not end a process in which nobody waits for them', async () => {
    const pool = createPool({ setup: obedientSetup('broken.onnx') })
    await expect.poll(() => pool.analyse('x')).toEqual({ kind: 'unavailable', reason: 'failed' })
  })

  test('answer what was asked before they were ready', async () => {
    const pool = createPool({ setup: obedientSetup('slow.onnx') })
    expect((await pool.analyse('early')).kind).toBe('done')
  })
})

describe('closing', () => {
  test('lets what runs finish and refuses what waits', async () => {
    const pool = await readyPool()
    const running = pool.embed(['sleep 100'])
    await Promise.resolve() // The thread has it now.
    const waiting = pool.embed(['waits'])
    await pool.close()
    expect((await running).kind).toBe('done')
    expect(await waiting).toEqual({ kind: 'unavailable', reason: 'closed' })
    expect(await pool.analyse('after')).toEqual({ kind: 'unavailable', reason: 'closed' })
    expect(await pool.embed(['after'])).toEqual({ kind: 'unavailable', reason: 'closed' })
  })

  test('ends threads that load, and says so to who waits for them', async () => {
    const pool = createPool({ setup: obedientSetup('slow.onnx'), threads: 2 })
    const early = pool.analyse('early')
    const ready = expect(pool.ready()).rejects.toThrow('closed')
    await Promise.all([pool.close(), pool.close(), ready])
    expect(await early).toEqual({ kind: 'unavailable', reason: 'closed' })
  })

  test('answers everybody when a thread dies meanwhile', async () => {
    const pool = await readyPool()
    const running = pool.embed(['sleep 100'])
    await Promise.resolve() // The thread has it now.
    const closed = pool.close()
    await threads[0]?.terminate()
    await closed
    expect(await running).toEqual({ kind: 'unavailable', reason: 'closed' })
    expect(pool.status()).toMatchObject({ readyThreads: 0, restarts: 0 })
  })
})
