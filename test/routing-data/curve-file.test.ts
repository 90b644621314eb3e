import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readManifest } from '../../src/model-registry/manifest.js'
import { packageRoot } from '../../src/package-root.js'
import { chooseCurve } from '../../src/routing-data/choose-curve.js'
import { ownCurveFile, readCurveFile, shippedCurveFile, writeCurveFile } from '../../src/routing-data/curve-file.js'
import type { CurveFile } from '../../src/routing-data/curve-schema.js'

const curve: CurveFile = {
  version: 1,
  classifier: { name: 'c', version: '1' },
  fittedOn: { prompts: 9, method: 'platt', source: 'a test' },
  points: [
    { score: 0, cheap: 1, strong: 1 },
    { score: 1, cheap: 0.2, strong: 0.9 },
  ],
  reference: [0.1, 0.2],
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmrouter-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function choose(classifier: { name: string; version: string } | null) {
  const warnings: string[] = []
  const warn = (message: string): void => void warnings.push(message)
  return { belief: chooseCurve({ packageRoot: packageRoot(), dataDir: folder, classifier, warn }), warnings }
}

test('what comes with llmrouter is of the classifier that comes with it', () => {
  const shipped = readCurveFile(shippedCurveFile(packageRoot()))
  const classifier = readManifest(packageRoot()).models.find(({ kind }) => kind === 'classifier')
  expect(shipped?.classifier).toEqual({ name: classifier?.name, version: classifier?.version })
  expect(shipped?.points.at(0)?.score).toBe(0)
  expect(shipped?.points.at(-1)?.score).toBe(1)
})

describe('a calibration of this machine', () => {
  test('comes before the one that comes with llmrouter', () => {
    writeCurveFile(ownCurveFile(folder), curve)
    expect(choose(curve.classifier)).toEqual({
      belief: { curve: curve.points, reference: curve.reference },
      warnings: [],
    })
  })

  test('is passed over when it is of another classifier', () => {
    writeCurveFile(ownCurveFile(folder), curve)
    const { belief, warnings } = choose({ name: 'llmrouter-classifier', version: '1.0.0' })
    expect(belief.reference.length).toBeGreaterThan(2)
    expect(warnings).toEqual([expect.stringContaining('made with c 1')])
  })

  test.each([
    ['nonsense', 'cannot be read'],
    [JSON.stringify({ ...curve, points: [{ score: 0, cheap: 1, strong: 0.9 }] }), 'points[0].strong'],
    [JSON.stringify({ ...curve, points: [...curve.points].reverse() }), 'points[1].score: expected a higher one'],
    [JSON.stringify({ ...curve, reference: [] }), 'reference'],
  ])('is passed over with a warning when it is damaged: %#', (text, complaint) => {
    writeFileSync(ownCurveFile(folder), text)
    const { belief, warnings } = choose(null)
    expect(belief.reference.length).toBeGreaterThan(2)
    expect(warnings).toEqual([expect.stringContaining(complaint)])
  })
})
