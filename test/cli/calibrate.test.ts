import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { readPriorFile } from '../../src/cache/prior-file.js'
import { createCalibrateBed } from '../support/calibrate-bed.js'

// Each case starts the real process up to three times, and loads the models.
vi.setConfig({ testTimeout: 60_000 })

const THINGS = 'bicycle kettle passport garden violin ladder curtain saddle lantern compass blanket trumpet'.split(' ')
const DEEDS = 'clean repair store sell paint choose'.split(' ')

/** Each question twice in two wordings; other things and other deeds are near and wrong. */
const STREAM = THINGS.flatMap((thing) =>
  DEEDS.flatMap((deed) => [
    { text: `How do I ${deed} a ${thing}?`, group: `${deed} ${thing}` },
    { text: `how can i ${deed} my ${thing}`, group: `${deed} ${thing}` },
    { text: `What is the best way to ${deed} an old ${thing} at home?`, group: `${deed} old ${thing}` },
  ]),
)

test('a stream is fitted, measured, and put where the gateway looks first', async () => {
  const { run, labels, dataDir } = createCalibrateBed(STREAM)
  const { code, stdout, stderr } = await run('--cache', labels)
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^embedding: 216\nsearching: 216\n/) })
  expect(stdout).toMatch(/^216 requests, \d+ candidates, \d+ of them right, \d+ independent groups\n/)
  expect(stdout).toMatch(/\| predicted \| candidates \| mean predicted \| observed right \[95 %\] +\|/)
  expect(stdout).toMatch(/\| 5 % +\| \d+\.\d % \(\d+\)/)
  const file = join(dataDir, 'cache-prior.json')
  expect(stdout).toContain(`Written to ${file}\n`)
  expect(readdirSync(dataDir)).toEqual(['cache-prior.json'])
  const prior = readPriorFile(file)
  expect(prior?.priors).toHaveLength(1)
  expect(prior?.priors[0]?.fittedOn.requests).toBe(216)
  expect(await run('--cache', labels, '--evaluate')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Prior in force: fitted\n216 requests/),
  })
})

test('a second fit for other models keeps the first, and --fallback adds the wider prior', async () => {
  const { run, labels, dataDir } = createCalibrateBed(STREAM)
  const out = join(dataDir, 'elsewhere.json')
  expect(await run('--cache', labels, '--out', out)).toMatchObject({ code: 0 })
  expect(await run('--cache', labels, '--out', out, '--no-verifier', '--fallback')).toMatchObject({ code: 0 })
  const prior = readPriorFile(out)
  expect(prior?.priors.map(({ verifier }) => verifier === null)).toEqual([false, true])
  expect(prior?.fallback?.covariance[0]?.[0]).toBeGreaterThan(prior?.priors[1]?.covariance[0]?.[0] ?? Infinity)
  expect(existsSync(join(dataDir, 'cache-prior.json'))).toBe(false)
})

test('pairs alone are candidates of their own', async () => {
  const pairs = STREAM.flatMap(({ text }, i) => {
    const same = STREAM[i + 1]
    if (i % 3 !== 0 || same === undefined) return []
    return [
      { a: text, b: same.text, same: true },
      { a: text, b: text.replace('How do I', 'Who would ever'), same: 0, group: `group ${i % 60}` },
    ]
  })
  const { run, labels } = createCalibrateBed(pairs)
  const { code, stdout, stderr } = await run('--cache', labels)
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringContaining('searching') })
  expect(stdout).toMatch(/^144 requests, 144 candidates, 72 of them right, 20 independent groups\n/)
})

test('a line that is wrong is named with its field, and what was there stays', async () => {
  const { run, labels, dataDir } = createCalibrateBed(STREAM)
  await run('--cache', labels)
  const file = join(dataDir, 'cache-prior.json')
  const before = readFileSync(file)
  writeFileSync(labels, '{"a": "x", "b": "y", "same": true}\n{"a": "x", "b": "y", "same": "yes"}\n')
  expect(await run('--cache', labels)).toEqual({
    code: 1,
    stdout: '',
    stderr: `${labels}, line 2: same: expected true, false, 1 or 0, found a string\n`,
  })
  expect(readFileSync(file).equals(before)).toBe(true)
})

test('too few labels are refused with how many are needed', async () => {
  const { run, labels, dataDir } = createCalibrateBed(STREAM.slice(0, 9))
  const { code, stderr } = await run('--cache', labels)
  expect(code).toBe(1)
  expect(stderr).toMatch(/Too few labels: \d+ right and \d+ wrong candidates over \d+ groups; at least 20 right/)
  expect(existsSync(dataDir)).toBe(false)
})

test('wrong usage ends with 64 and says what would be right', async () => {
  const { run, labels } = createCalibrateBed(STREAM.slice(0, 3))
  expect(await run()).toMatchObject({ code: 64, stderr: expect.stringContaining('--cache <file>') })
  expect(await run('--cache', labels, '--embedder', 'minilm')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('Did you mean "all-MiniLM-L6-v2"?'),
  })
  expect(await run('--cache', labels, '--embedder', 'all-MiniLM-L6-v2')).toMatchObject({
    code: 1,
    stderr: 'all-MiniLM-L6-v2 is absent. Run "llmrouter models pull all-MiniLM-L6-v2".\n',
  })
})

test('--help explains the format', async () => {
  const { code, stdout } = await createCalibrateBed([]).run('--help')
  expect(code).toBe(0)
  for (const text of ['"text"', '"group"', '"same"', '--evaluate', '--out', 'cache-prior.json'])
    expect(stdout).toContain(text)
})
