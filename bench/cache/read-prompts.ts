import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { isObject } from '../../src/core/decode.js'
import { packageRoot } from '../../src/package-root.js'

const OWN = join(packageRoot(), 'models/training/adversarial/pairs.jsonl')

/**
 * The different prompts of a file: one a line, or where its name says `.jsonl`, objects with a `prompt`. Without a file
 * those of the repository's own pairs. Words are separated by single spaces.
 */
export function readPrompts(file = OWN): readonly string[] {
  const texts = /\.jsonl(\.gz)?$/.test(file) ? readLines(file).flatMap(promptsOf) : readLines(file)
  const prompts = texts.map((text) => text.split(/\s+/).filter(Boolean).join(' '))
  return [...new Set(prompts)].filter((prompt) => prompt !== '')
}

function readLines(file: string): readonly string[] {
  const bytes = readFileSync(file)
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').split('\n')
}

function promptsOf(line: string): readonly string[] {
  if (line === '') return []
  const row: unknown = JSON.parse(line)
  if (!isObject(row)) return []
  return [row.prompt, row.a, row.b].filter((text) => typeof text === 'string')
}
