import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { choosePrior } from '../../src/cache/choose-prior.js'
import { ownPriorFile, readPriorFile, writePriorFile } from '../../src/cache/prior-file.js'
import type { CachePriorFile, FittedPrior } from '../../src/cache/prior-schema.js'

const MODEL = {
  columns: [{ name: 'closeness', centre: 2, scale: 0.5 }],
  cosineFloor: 0.7,
  mean: [1, 2],
  covariance: [
    [0.2, 0.1],
    [0.1, 0.3],
  ],
  boundDeviations: 1.645,
}
const [BUNDLED, MINILM, VERIFIER] = ['0000000000000001', '0000000000000002', '0000000000000003']

function fitted(embedder: string, verifier: string | null, cosineFloor = 0.7): FittedPrior {
  return {
    embedder: { name: 'embedder', fingerprint: embedder },
    verifier: verifier === null ? null : { name: 'verifier', fingerprint: verifier },
    ...MODEL,
    cosineFloor,
    fittedOn: { requests: 10, candidates: 30, right: 5, clusters: 9 },
    reliability: [],
  }
}

function fileOf(priors: readonly FittedPrior[], fallback: CachePriorFile['fallback'] = null): CachePriorFile {
  return { version: 1, priors, fallback }
}

function folder(): string {
  const created = mkdtempSync(join(tmpdir(), 'llmrouter-prior-'))
  onTestFinished(() => rmSync(created, { recursive: true }))
  return created
}

describe('a prior file', () => {
  test('is read as it was written, in a folder made for it', () => {
    const file = ownPriorFile(join(folder(), 'data'))
    const prior = fileOf([fitted(BUNDLED, VERIFIER)], MODEL)
    writePriorFile(file, prior)
    expect(readPriorFile(file)).toEqual(prior)
    expect(readdirSync(join(file, '..'))).toEqual(['cache-prior.json'])
  })

  test('need not be there', () => {
    expect(readPriorFile('/nowhere/cache-prior.json')).toBeUndefined()
  })

  test('is left as it was when a new one cannot be written', () => {
    const directory = folder()
    const file = join(directory, 'cache-prior.json')
    writePriorFile(file, fileOf([], MODEL))
    const before = readFileSync(file, 'utf8')
    const broken = fileOf([], { ...MODEL, mean: [1, Number.NaN] })
    expect(() => writePriorFile(file, broken)).toThrow(`${file} could not be written`)
    expect(readFileSync(file, 'utf8')).toBe(before)
    mkdirSync(join(directory, 'folder'))
    expect(() => writePriorFile(join(directory, 'folder'), fileOf([]))).toThrow('could not be written')
    expect(readdirSync(directory).toSorted()).toEqual(['cache-prior.json', 'folder'])
  })

  test.each([
    ['mean', { mean: [1] }, 'fallback.mean: expected 2 numbers'],
    ['covariance', { covariance: [[1]] }, 'fallback.covariance: expected 2 × 2 numbers'],
    [
      'a variance',
      {
        covariance: [
          [1, 0],
          [0, -1],
        ],
      },
      'fallback.covariance[1][1]: expected a variance above 0',
    ],
    [
      'a half',
      {
        covariance: [
          [1, 0.5],
          [0, 1],
        ],
      },
      'fallback.covariance[0]: expected a symmetric matrix',
    ],
    ['the scale', { columns: [{ name: 'closeness', centre: 0, scale: 0 }] }, 'fallback.columns[0].scale:'],
    [
      'a feature of the future',
      { columns: [{ name: 'telepathy', centre: 0, scale: 1 }] },
      'fallback.columns[0].name: "telepathy" is no feature of this version',
    ],
    ['a field too many', { colour: 'red' }, 'fallback: Unrecognized key'],
  ])('with a wrong %s is refused with its path', (_, change, message) => {
    const file = join(folder(), 'cache-prior.json')
    writeFileSync(file, JSON.stringify(fileOf([], { ...MODEL, ...change })))
    expect(() => readPriorFile(file)).toThrow(message)
    expect(() => readPriorFile(file)).toThrow('llmrouter calibrate --cache')
  })

  test('that is no JSON is refused with its name', () => {
    const file = join(folder(), 'cache-prior.json')
    writeFileSync(file, '{')
    expect(() => readPriorFile(file)).toThrow(`${file} cannot be read`)
  })
})

describe('the prior in force', () => {
  const shipped = fileOf([fitted(BUNDLED, null, 0.1), fitted(BUNDLED, VERIFIER, 0.2)], { ...MODEL, cosineFloor: 0.3 })

  test('is that of the very models', () => {
    expect(choosePrior({ files: [shipped], embedder: BUNDLED, verifier: VERIFIER })).toMatchObject({
      kind: 'fitted',
      model: { cosineFloor: 0.2 },
    })
    expect(choosePrior({ files: [shipped], embedder: BUNDLED, verifier: null })).toMatchObject({
      kind: 'fitted',
      model: { cosineFloor: 0.1 },
    })
  })

  test('is an own one before the shipped one', () => {
    const own = fileOf([fitted(BUNDLED, VERIFIER, 0.9)])
    expect(choosePrior({ files: [own, shipped], embedder: BUNDLED, verifier: VERIFIER })).toMatchObject({
      model: { cosineFloor: 0.9 },
    })
  })

  test('leaves another verifier out, and for another embedder is the wider one', () => {
    expect(choosePrior({ files: [shipped], embedder: BUNDLED, verifier: MINILM })).toMatchObject({
      kind: 'unverified',
      model: { cosineFloor: 0.1 },
    })
    expect(choosePrior({ files: [fileOf([]), shipped], embedder: MINILM, verifier: VERIFIER })).toMatchObject({
      kind: 'fallback',
      model: { cosineFloor: 0.3 },
    })
    expect(choosePrior({ files: [fileOf([])], embedder: MINILM, verifier: null })).toBeUndefined()
  })
})
