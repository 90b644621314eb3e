import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { createGraphIndex } from '../../../src/cache/index/graph-index.js'
import type { Neighbour, VectorIndex } from '../../../src/cache/index/vector-index.js'
import { packageRoot } from '../../../src/package-root.js'
import { clusteredVector, cosineOf, createUniform, unit, VectorModel } from './vector-model.js'

const DIMENSION = 24
const WORKER_FILE = join(packageRoot(), 'dist/workers/vector-linker.js')
const CLOSE = 1e-4

const open: VectorIndex[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((index) => index.close()))
})

describe.each([
  { name: 'one by one', graphFrom: 1_000_000 },
  { name: 'by a graph', graphFrom: 16 },
])('vectors compared $name', ({ graphFrom }) => {
  function create(dimension = DIMENSION): VectorIndex {
    const index = createGraphIndex({ dimension, workerFile: WORKER_FILE, graphFrom })
    open.push(index)
    return index
  }

  test('whatever is added, replaced and removed, only what is there is found, with its cosine, best first', async () => {
    const id = fc.integer({ min: 0, max: 80 }).map((n) => `id-${n}`)
    const partition = fc.constantFrom('a', 'a', 'a', 'b', 'c')
    const vector = fc.integer({ min: 0, max: 400 }).map((seed) => clusteredVector(DIMENSION, 5, createUniform(seed)))
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.record({ kind: fc.constant('add' as const), id, partition, vector }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('remove' as const), id }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('search' as const), partition, vector }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 200 }), async (steps) => {
        const index = create()
        const model = new VectorModel()
        for (const step of steps) {
          if (step.kind === 'add') {
            expect(index.add(step.id, step.partition, step.vector)).toBe(true)
            model.add(step.id, step.partition, step.vector)
          } else if (step.kind === 'remove') expect(index.remove(step.id)).toBe(model.remove(step.id))
          else if (step.kind === 'settle') await index.settled()
          else expectAsModel(index.search(step.partition, step.vector, 5), model, step.partition, step.vector)
          expect(index.size()).toBe(model.entries.size)
        }
        await index.close()
      }),
      { numRuns: 60 },
    )
  }, 60_000)

  test('a vector is found at once, before anything has been worked in', () => {
    const index = create()
    const uniform = createUniform(1)
    for (let n = 0; n < 300; n++) {
      const vector = clusteredVector(DIMENSION, 300, uniform)
      index.add(`id-${n}`, 'p', vector)
      expect(index.search('p', vector, 1)[0]?.cosine).toBeGreaterThan(1 - CLOSE)
    }
  })

  test('after many were removed the rest is found as before', async () => {
    const index = create()
    const model = fill(index, 3000, 40)
    await index.settled()
    for (const id of [...model.entries.keys()].filter((_, n) => n % 4 !== 0)) {
      model.remove(id)
      expect(index.remove(id)).toBe(true)
    }
    await index.settled()
    expect(index.size()).toBe(750)
    expect(recall(index, model)).toBeGreaterThanOrEqual(0.99)
  })

  test('what replaces what was removed is found, and takes its memory', async () => {
    const index = create(256)
    const model = fill(index, 2000, 20, 256)
    await index.settled()
    const bytes = index.bytes()
    const uniform = createUniform(9)
    for (let n = 0; n < 6000; n++) {
      const gone = `id-${n}`
      model.remove(gone)
      index.remove(gone)
      const vector = clusteredVector(256, 20, uniform)
      model.add(`id-${n + 2000}`, 'p', vector)
      index.add(`id-${n + 2000}`, 'p', vector)
      if (n % 100 === 0) await index.settled()
    }
    await index.settled()
    expect(index.size()).toBe(2000)
    expect(index.bytes()).toBe(bytes)
    expect(recall(index, model)).toBeGreaterThanOrEqual(0.97)
  }, 60_000)

  test('the memory of an emptied partition is there for the others, and that of an emptied index is given back', async () => {
    const index = create(256)
    const vectors = Array.from({ length: 40_000 }, (_, n) => clusteredVector(256, 5000, createUniform(n)))
    for (const round of [0, 1, 2]) {
      for (const [n, vector] of vectors.entries()) index.add(`${round}-${n}`, `p-${n % 4000}`, vector)
      await index.settled()
      if (round === 0) index.add('stays', 'other', vectors[0] ?? new Float32Array(256))
      for (let n = 0; n < vectors.length; n++) index.remove(`${round}-${n}`)
      await index.settled()
      expect(index.size()).toBe(1)
    }
    const before = index.bytes()
    expect(before).toBeLessThan(1.6 * 40_000 * 704)
    index.remove('stays')
    expect(index.bytes()).toBeLessThan(before / 2)
    expect(index.size()).toBe(0)
  }, 60_000)

  test('the same vector under many ids is found under each of them, as long as it is there', async () => {
    const index = create()
    const vector = clusteredVector(DIMENSION, 1, createUniform(1))
    const model = fill(index, 200, 10)
    for (let n = 0; n < 500; n++) index.add(`same-${n}`, 'p', vector)
    await index.settled()
    for (let n = 0; n < 500; n++) {
      const found = index.search('p', vector, 500 - n).map(({ id }) => id)
      expect(new Set(found).size).toBe(500 - n)
      expect(found.every((id) => id.startsWith('same-'))).toBe(true)
      expect(index.remove(`same-${n}`)).toBe(true)
      expect(index.search('p', vector, 600).some(({ id }) => id === `same-${n}`)).toBe(false)
      if (n % 50 === 0) await index.settled()
    }
    expect(index.size()).toBe(200)
    expect(recall(index, model)).toBe(1)
  })

  test('of many small partitions each finds its own', () => {
    const index = create()
    const uniform = createUniform(3)
    const vectors = Array.from({ length: 3000 }, () => clusteredVector(DIMENSION, 3, uniform))
    for (const [n, vector] of vectors.entries()) index.add(`id-${n}`, `p-${n % 1000}`, vector)
    for (const [n, vector] of vectors.entries()) {
      const found = index.search(`p-${n % 1000}`, vector, 10)
      expect(found[0]?.id).toBe(`id-${n}`)
      expect(found.map(({ id }) => Number(id.slice(3)) % 1000)).toEqual([n % 1000, n % 1000, n % 1000])
    }
  })

  test('an id that is added again has moved, to another partition too', async () => {
    const index = create()
    const [first, second] = [1, 2].map((seed) => clusteredVector(DIMENSION, 100, createUniform(seed * 77)))
    if (first === undefined || second === undefined) throw new Error('two vectors')
    fill(index, 100, 10)
    index.add('it', 'p', first)
    await index.settled()
    index.add('it', 'p', second)
    expect(index.search('p', second, 1)).toEqual([{ id: 'it', cosine: expect.closeTo(1, 4) }])
    expect(index.search('p', first, 200).filter(({ id }) => id === 'it')).toHaveLength(1)
    index.add('it', 'q', first)
    expect(index.search('p', second, 200).some(({ id }) => id === 'it')).toBe(false)
    expect(index.search('q', first, 9).map(({ id }) => id)).toEqual(['it'])
    expect(index.size()).toBe(101)
  })

  test('a cleared index is empty and can be filled again', async () => {
    const index = create()
    fill(index, 100, 10)
    index.clear()
    expect(index.size()).toBe(0)
    expect(index.search('p', clusteredVector(DIMENSION, 10, createUniform(1)), 5)).toEqual([])
    const model = fill(index, 100, 10)
    await index.settled()
    expect(recall(index, model)).toBe(1)
  })

  test('nothing is found where there is nothing, and no more than was asked for', () => {
    const index = create()
    const vector = clusteredVector(DIMENSION, 10, createUniform(1))
    expect(index.search('p', vector, 3)).toEqual([])
    expect(index.remove('nobody')).toBe(false)
    fill(index, 10, 10)
    expect(index.search('p', vector, 0)).toEqual([])
    expect(index.search('p', vector, 3)).toHaveLength(3)
    expect(index.search('p', vector, 30)).toHaveLength(10)
  })

  test('a vector that points nowhere is like no other', () => {
    const index = create()
    fill(index, 20, 10)
    index.add('nowhere', 'p', new Float32Array(DIMENSION))
    const found = index.search('p', clusteredVector(DIMENSION, 10, createUniform(1)), 30)
    expect(found.find(({ id }) => id === 'nowhere')?.cosine).toBe(0)
  })

  test('a vector of another dimension is refused', () => {
    const index = create()
    expect(() => index.add('it', 'p', new Float32Array(DIMENSION + 1))).toThrow(RangeError)
    expect(() => index.search('p', new Float32Array(DIMENSION - 1), 1)).toThrow(RangeError)
    expect(index.size()).toBe(0)
  })

  test.each([1, 31, 32, 33, 384, 1024])('%i dimensions are compared to the last one', (dimension) => {
    const index = create(dimension)
    const last = new Float32Array(dimension)
    last[dimension - 1] = 1
    const all = unit(new Float32Array(dimension).fill(1))
    index.add('last', 'p', last)
    index.add('all', 'p', all)
    index.add(
      'minus',
      'p',
      last.map((component) => -component),
    )
    const found = new Map(index.search('p', last, 3).map(({ id, cosine }) => [id, cosine]))
    expect(found.get('last')).toBeCloseTo(1, 4)
    expect(found.get('all')).toBeCloseTo(1 / Math.sqrt(dimension), 4)
    expect(found.get('minus')).toBeCloseTo(-1, 4)
  })
})

function fill(index: VectorIndex, count: number, centres: number, dimension = DIMENSION): VectorModel {
  const model = new VectorModel()
  const uniform = createUniform(count)
  for (let n = 0; n < count; n++) {
    const vector = clusteredVector(dimension, centres, uniform)
    index.add(`id-${n}`, 'p', vector)
    model.add(`id-${n}`, 'p', vector)
  }
  return model
}

/** Of new vectors, the share whose best match is found. */
function recall(index: VectorIndex, model: VectorModel): number {
  const uniform = createUniform(4711)
  const [any] = model.entries.values()
  const queries = Array.from({ length: 200 }, () => clusteredVector(any?.vector.length ?? 0, 40, uniform))
  const found = queries.filter((query) => {
    const [best] = model.search('p', query, 1)
    const [first] = index.search('p', query, 1)
    return best !== undefined && first !== undefined && first.cosine > best.cosine - CLOSE
  })
  return found.length / queries.length
}

/** Few enough for a graph to find them all. */
function expectAsModel(found: readonly Neighbour[], model: VectorModel, partition: string, vector: Float32Array): void {
  const wanted = model.search(partition, vector, 5)
  expect(found.map(({ cosine }) => cosine)).toEqual(wanted.map(({ cosine }) => expect.closeTo(cosine, 3)))
  expect(new Set(found.map(({ id }) => id)).size).toBe(found.length)
  for (const { id, cosine } of found) {
    const entry = model.entries.get(id)
    expect(entry?.partition).toBe(partition)
    expect(cosineOf(entry?.vector ?? vector, vector)).toBeCloseTo(cosine, 3)
  }
}
