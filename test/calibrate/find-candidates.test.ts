import { expect, test } from 'vitest'
import { type CandidatePool, findCandidates } from '../../src/calibrate/find-candidates.js'
import { indexLabels } from '../../src/calibrate/label-index.js'
import type { Labels } from '../../src/calibrate/read-labels.js'

/** Texts stand on a circle: "x 30" points to 30°. Verified is what has the same first word. */
const CIRCLE: CandidatePool = {
  async embed(inputs) {
    const angles = inputs.map((input) => (Number(String(input).split(' ')[1]) * Math.PI) / 180)
    const vectors = Float32Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]))
    return { kind: 'done', value: { vectors, dimension: 2, tokenCounts: inputs.map(() => 3) } }
  },
  async verify(pairs) {
    return { kind: 'done', value: pairs.map(({ a, b }) => (a.split(' ')[0] === b.split(' ')[0] ? 0.9 : 0.1)) }
  },
}

const degrees = (angle: number): number => Math.cos((angle * Math.PI) / 180)

function find(labels: Labels, pool: CandidatePool = CIRCLE, hasVerifier = true) {
  return findCandidates({ labels, index: indexLabels(labels), pool, hasVerifier, onProgress: () => {} })
}

const STREAM: Labels = {
  stream: ['x 0', 'x 4', 'y 10', 'z 50', 'x 1'].map((text) => ({ text, group: text.slice(0, 1) })),
  pairs: [{ a: 'x 1', b: 'y 10', same: true }],
  doubts: [{ a: 'z 50', b: 'y 10', doubt: 0.25 }],
  ties: new Map(),
}

test('the candidates of a prompt are its three nearest earlier ones, right when the labels say so', async () => {
  const { rows, requests } = await find(STREAM)
  expect(requests).toBe(5)
  expect(rows.map(({ request }) => request)).toEqual([1, 2, 2, 3, 3, 3, 4, 4, 4])
  const last = rows.filter(({ request }) => request === 4)
  expect(last.map(({ isRight }) => isRight)).toEqual([true, true, true])
  expect(last.map(({ cosine }) => cosine)).toEqual([1, 3, 9].map((angle) => expect.closeTo(degrees(angle), 5)))
  expect(last.map(({ verified }) => verified)).toEqual([0.9, 0.9, 0.1])
})

test('how likely a candidate is right allows for what the labels doubt', async () => {
  const { rows } = await find(STREAM)
  const ofThird = rows.filter(({ request }) => request === 3)
  // Nearest first: y 10, x 4, x 0.
  expect(ofThird.map(({ isRight, rightness }) => [isRight, rightness])).toEqual([
    [false, 0.25],
    [false, 0],
    [false, 0],
  ])
  expect(rows[0]).toMatchObject({ isRight: true, rightness: 1 })
})

test('a rival is the next one down the list that gives another answer', async () => {
  const { rows } = await find(STREAM)
  const last = rows.filter(({ request }) => request === 4)
  // Both of group x have y as their rival, and y has z.
  const rivals = [9, 9, 49].map((angle) => expect.closeTo(degrees(angle), 5))
  expect(last.map(({ rivalCosine }) => rivalCosine)).toEqual(rivals)
  expect(rows[0]?.rivalCosine).toBeNull()
})

test('without a verifier nothing is verified', async () => {
  const { rows } = await find(STREAM, CIRCLE, false)
  expect(new Set(rows.map(({ verified }) => verified))).toEqual(new Set([null]))
})

test('pairs alone have no rivals', async () => {
  const { rows, requests } = await find({ ...STREAM, stream: [] })
  expect(requests).toBe(1)
  expect(rows).toMatchObject([{ isRight: true, rivalCosine: null, cosine: expect.closeTo(degrees(9), 5) }])
})

test('models that fail end it with the reason', async () => {
  const dead: CandidatePool = { ...CIRCLE, verify: async () => ({ kind: 'unavailable', reason: 'failed' }) }
  await expect(find(STREAM, dead)).rejects.toThrow('The models could not verify the texts: failed.')
})
