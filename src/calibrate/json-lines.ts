import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { describe, isObject } from '../core/decode.js'
import { CalibrationError } from './calibration-error.js'

/** What is wrong with one field of a row; `readJsonLines` says where. */
export class FieldError extends Error {}

export type JsonRow = Readonly<Record<string, unknown>>

/**
 * One object a line, `.gz` allowed; empty lines are skipped.
 * @throws CalibrationError that names the line and the field, or says why the file cannot be read
 */
export async function readJsonLines(file: string, onRow: (row: JsonRow) => void): Promise<void> {
  let line = 0
  try {
    for await (const text of createInterface({ input: open(file), crlfDelay: Infinity })) {
      line += 1
      if (text.trim() !== '') onRow(parseRow(text))
    }
  } catch (error) {
    if (error instanceof FieldError) throw new CalibrationError(`${file}, line ${line}: ${error.message}`)
    const reason = error instanceof Error ? error.message : String(error)
    throw new CalibrationError(`${file} cannot be read: ${reason}`, { cause: error })
  }
}

/** What is wrong with the file ends the reading of it, whichever of the two streams found it. */
function open(file: string): Readable {
  const bytes = createReadStream(file)
  return file.endsWith('.gz') ? pipeline(bytes, createGunzip(), () => {}) : bytes
}

/** @throws FieldError */
export function textOf(row: JsonRow, field: string): string {
  const value = row[field]
  if (typeof value === 'string' && value.trim() !== '') return value
  throw new FieldError(`${field}: expected a text, found ${value === '' ? 'an empty one' : describe(value)}`)
}

function parseRow(line: string): JsonRow {
  let row: unknown
  try {
    row = JSON.parse(line)
  } catch (error) {
    throw new FieldError(`expected one JSON object on the line: ${error instanceof Error ? error.message : error}`)
  }
  if (!isObject(row)) throw new FieldError(`expected an object, found ${describe(row)}`)
  return row
}
