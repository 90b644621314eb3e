import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { writePairFeatures } from '../../models/make/write-pair-features.js'
import { PAIR_FEATURES, pairFeatures } from '../../src/core/pair-features.js'

async function run(lines: readonly string[]): Promise<unknown[]> {
  const sink = new PassThrough()
  const [written] = await Promise.all([
    text(sink),
    writePairFeatures(Readable.from(lines.map((line) => `${line}\n`)), sink).then(() => sink.end()),
  ])
  return written
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
}

test('training reads what a thread computes, a row for each pair', async () => {
  const pairs = [
    { a: 'enable 2FA', b: 'disable 2FA', cosine: 0.87 },
    { a: 'two\nlines, "quoted", \u2028 and more', b: 'été 😀', cosine: -1, label: 1 },
    { a: '', b: 'word '.repeat(500), cosine: 0 },
  ]
  const [head, ...rows] = await run(pairs.map((pair) => JSON.stringify(pair)))
  expect(head).toEqual({ featureNames: PAIR_FEATURES })
  const expected = pairs.map(({ a, b, cosine }) => pairFeatures(a, b, cosine))
  expect(rows).toEqual(expected.map((features) => PAIR_FEATURES.map((name) => features[name])))
})

test('more pairs than the sink takes at once all arrive', async () => {
  const line = JSON.stringify({ a: 'How do I boil an egg?', b: 'how to boil eggs', cosine: 0.9 })
  expect(await run(Array.from({ length: 2500 }, () => line))).toHaveLength(2501)
})

test.each(['3', '{"a":"x","cosine":1}', '{"a":"x","b":"y"}'])('a line that is no pair (%s) is named', async (line) => {
  const source = Readable.from(['{"a":"x","b":"y","cosine":1}\n', line])
  await expect(writePairFeatures(source, new PassThrough().resume())).rejects.toThrow('Line 2')
})
