import { createHash } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, renameSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EmbedderSetup } from '../../src/inference/contract.js'
import { packageRoot } from '../../src/package-root.js'
import { done } from '../inference/done.js'
import { openPool } from '../inference/open-pool.js'

const CACHE = join(tmpdir(), 'llmrouter-bench-vectors')
const BATCH = 2000
const FOLDER = join(packageRoot(), 'models', 'embedder')

export const DIMENSION = 256

/** The embedder that is shipped. */
const BUNDLED: EmbedderSetup = {
  onnxFile: join(FOLDER, 'model.onnx'),
  tokenizerFile: join(FOLDER, 'tokenizer.json'),
  tokenizerConfigFile: join(FOLDER, 'tokenizer_config.json'),
  dimension: DIMENSION,
  maxTokens: 256,
  pooling: 'none',
  normalise: true,
  output: 'sentence_embedding',
  prefix: '',
  longText: 'head-tail',
}

/**
 * Row-major vectors of the prompts by the bundled embedder. They are kept in the system's temporary folder for the next
 * run.
 */
export async function embedPrompts(prompts: readonly string[], what: string): Promise<Float32Array> {
  const digest = createHash('sha256').update(readFileSync(BUNDLED.onnxFile))
  for (const prompt of prompts) digest.update(prompt)
  const file = join(CACHE, `${what}-${prompts.length}-${digest.digest('hex').slice(0, 16)}.f32`)
  if (!existsSync(file)) await writeVectors(prompts, file)
  return readVectors(file, prompts.length)
}

async function writeVectors(prompts: readonly string[], file: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true })
  const unfinished = `${file}.${process.pid}`
  const descriptor = openSync(unfinished, 'w')
  const pool = await openPool(BUNDLED, 1)
  for (let start = 0; start < prompts.length; start += BATCH) {
    const { vectors } = done(await pool.embed(prompts.slice(start, start + BATCH)))
    writeSync(descriptor, new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength))
  }
  closeSync(descriptor)
  await pool.close()
  renameSync(unfinished, file)
}

/** In pieces, since one read takes 2 GiB at most. */
function readVectors(file: string, count: number): Float32Array {
  const vectors = new Float32Array(count * DIMENSION)
  const bytes = new Uint8Array(vectors.buffer)
  const descriptor = openSync(file, 'r')
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(descriptor, bytes, at, Math.min(1 << 28, bytes.length - at), at)
    if (read === 0) throw new Error(`${file} is too short: remove it.`)
    at += read
  }
  closeSync(descriptor)
  return vectors
}
