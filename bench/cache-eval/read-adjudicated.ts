import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { CalibrationError } from '../../src/calibrate/calibration-error.js'
import type { LabelledPair } from '../../src/calibrate/read-labels.js'
import { describe, isObject } from '../../src/core/decode.js'

/**
 * Pairs that were read again with care, as JSON Lines: `a` and `b` are texts or the first 16 hexadecimal digits of their
 * SHA-256, `label` is 1, 0 or null where the readers did not agree. Pairs of texts that are not given are left out.
 * @throws CalibrationError that names the line and the field
 */
export function readAdjudicated(file: string, texts: readonly string[]): readonly LabelledPair[] {
  const known = new Map(texts.flatMap((text) => [[text, text] as const, [digestOf(text), text] as const]))
  return linesOf(file).flatMap((line, at) => {
    if (line === '') return []
    const { a, b, label } = parseRow(line, `${file}, line ${at + 1}`)
    const [first, second] = [known.get(a), known.get(b)]
    if (label === null || first === undefined || second === undefined) return []
    return [{ a: first, b: second, same: label === 1 }]
  })
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch (error) {
    throw new CalibrationError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

interface Row {
  readonly a: string
  readonly b: string
  readonly label: 0 | 1 | null
}

function parseRow(line: string, where: string): Row {
  let row: unknown
  try {
    row = JSON.parse(line)
  } catch (error) {
    throw new CalibrationError(`${where}: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (!isObject(row)) throw new CalibrationError(`${where}: expected an object, found ${describe(row)}`)
  const { a, b, label } = row
  if (typeof a !== 'string') throw new CalibrationError(`${where}: a: expected a text, found ${describe(a)}`)
  if (typeof b !== 'string') throw new CalibrationError(`${where}: b: expected a text, found ${describe(b)}`)
  if (label !== 0 && label !== 1 && label !== null) {
    throw new CalibrationError(`${where}: label: expected 1, 0 or null, found ${describe(label)}`)
  }
  return { a, b, label }
}
