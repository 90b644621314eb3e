import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { indexLabels } from '../../src/calibrate/label-index.js'
import { readLabels } from '../../src/calibrate/read-labels.js'

function fileOf(...lines: readonly (object | string)[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'llmrouter-labels-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'labels.jsonl')
  writeFileSync(file, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'))
  return file
}

test('pairs and a stream are read from one file, in their order', async () => {
  const file = fileOf(
    { text: 'one', group: 7 },
    { a: 'one', b: 'two', same: 1, side: 'left alone' },
    '',
    { text: 'three', group: 'x' },
    { text: 'one', group: 7 },
    { a: 'two', b: 'three', same: false },
  )
  const { pairs, stream } = await readLabels(file)
  expect(stream).toEqual([
    { text: 'one', group: '7' },
    { text: 'three', group: 'x' },
  ])
  expect(pairs).toEqual([
    { a: 'one', b: 'two', same: true },
    { a: 'two', b: 'three', same: false },
  ])
})

test('a compressed file, and the names of fields that other data sets use, are understood', async () => {
  const rows = [
    { prompt: 'one', group: 1 },
    { a: 'one', b: 'two', label: 0 },
  ]
  const plain = fileOf(...rows)
  writeFileSync(`${plain}.gz`, gzipSync(rows.map((row) => JSON.stringify(row)).join('\n')))
  const labels = await readLabels(plain)
  expect(labels.stream).toEqual([{ text: 'one', group: '1' }])
  expect(labels.pairs).toEqual([{ a: 'one', b: 'two', same: false }])
  expect(await readLabels(`${plain}.gz`)).toEqual(labels)
})

test('a compressed file that is none or is cut is refused', async () => {
  const file = `${fileOf()}.gz`
  writeFileSync(file, 'no gzip')
  await expect(readLabels(file)).rejects.toThrow(`${file} cannot be read: incorrect header check`)
  writeFileSync(file, gzipSync('{"text": "x", "group": 1}').subarray(0, 30))
  await expect(readLabels(file)).rejects.toThrow(`${file} cannot be read: unexpected end of file`)
})

test.each([
  [{ a: 'x', b: 'y' }, 'same: expected true, false, 1 or 0, found nothing'],
  [{ a: 'x', b: 'y', same: 2 }, 'same: expected true, false, 1 or 0, found a number'],
  [{ a: 'x', same: 1 }, 'b: expected a text, found nothing'],
  [{ a: '', b: 'y', same: 1 }, 'a: expected a text, found an empty one'],
  [{ a: 'x', b: 'y', doubt: 2 }, 'doubt: expected a number from 0 to 1, found 2'],
  [{ a: 'x', b: 'y', doubt: 'some' }, 'doubt: expected a number from 0 to 1, found a string'],
  [{ text: 'x' }, 'group: expected a text or a number, found nothing'],
  [{ text: 3, group: 1 }, 'text: expected a text, found a number'],
  [{ question: 'x' }, 'expected the fields a, b and same'],
  [[1, 2], 'expected an object, found an array'],
  ['{"a": "x",', 'expected one JSON object on the line'],
])('%j is refused with its line and field', async (row, message) => {
  const file = fileOf({ a: 'x', b: 'y', same: 1 }, '', row)
  await expect(readLabels(file)).rejects.toThrow(`${file}, line 3: ${message}`)
})

test('a file that is empty or not there is said to be so', async () => {
  await expect(readLabels(fileOf(''))).rejects.toThrow('has no rows')
  await expect(readLabels('/nowhere/labels.jsonl')).rejects.toThrow('/nowhere/labels.jsonl cannot be read')
})

test('a pair outranks the groups, and a later row an earlier one', async () => {
  const { isSame } = indexLabels(
    await readLabels(
      fileOf(
        { text: 'a', group: 1 },
        { text: 'b', group: 1 },
        { text: 'c', group: 1 },
        { text: 'd', group: 2 },
        { a: 'a', b: 'b', same: 0 },
        { a: 'a', b: 'd', same: 0 },
        { a: 'd', b: 'a', same: 1 },
      ),
    ),
  )
  expect(isSame('a', 'c')).toBe(true)
  expect(isSame('b', 'a')).toBe(false)
  expect(isSame('a', 'd')).toBe(true)
  expect(isSame('b', 'd')).toBe(false)
  expect(isSame('new', 'newer')).toBe(false)
})

test('texts that were ever compared, and groups, form clusters that do not depend on the order of rows', async () => {
  const rows = [
    { text: 'a', group: 1 },
    { text: 'b', group: 1 },
    { text: 'c', group: 2 },
    { text: 'd', group: 3 },
    { a: 'b', b: 'c', same: 0 },
    { a: 'e', b: 'f', same: 1, group: 'tied' },
    { a: 'g', b: 'h', same: 0, group: 'tied' },
  ]
  const { clusterOf } = indexLabels(await readLabels(fileOf(...rows)))
  const reversed = indexLabels(await readLabels(fileOf(...rows.toReversed())))
  expect(clusterOf('a')).toBe(clusterOf('c'))
  expect(clusterOf('e')).toBe(clusterOf('h'))
  expect(new Set(['a', 'd', 'e'].map(clusterOf)).size).toBe(3)
  for (const text of 'abcdefgh') expect(reversed.clusterOf(text)).toBe(clusterOf(text))
})

test('a doubt is kept of two texts that no pair row speaks of, and ties nothing', async () => {
  const { clusterOf, doubtOf } = indexLabels(
    await readLabels(
      fileOf(
        { text: 'a', group: 1 },
        { text: 'b', group: 2 },
        { text: 'c', group: 3 },
        { a: 'a', b: 'b', doubt: 0.3 },
        { a: 'a', b: 'c', doubt: 0.4 },
        { a: 'c', b: 'a', same: false },
      ),
    ),
  )
  expect(doubtOf('b', 'a')).toBe(0.3)
  expect(doubtOf('a', 'c')).toBe(0)
  expect(doubtOf('b', 'c')).toBe(0)
  expect(clusterOf('a')).not.toBe(clusterOf('b'))
})
