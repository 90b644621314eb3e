import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EmbedderSetup } from '../../../src/inference/contract.js'
import { createGateMemory, NativeGate } from '../../../src/inference/native-gate.js'
import { bertTokenizerJson, bertVocabulary } from './bert-vocabulary.js'
import { contextNetwork, type Precision } from './networks.js'

export const DIMENSION = 48
export const vocabulary = bertVocabulary()

/** A gate nobody shuts. */
export const openGate = new NativeGate(createGateMemory())

export interface ModelFolder {
  readonly path: string
  /** Writes a file and returns its path. */
  write(name: string, content: string | Uint8Array): string
  /** A BERT-style embedder whose files are in this folder. */
  embedder(precision: Precision, change?: Partial<EmbedderSetup>): EmbedderSetup
  remove(): void
}

export function createModelFolder(): ModelFolder {
  const path = mkdtempSync(join(tmpdir(), 'llmrouter-models-'))
  mkdirSync(join(path, 'onnx'))
  function write(name: string, content: string | Uint8Array): string {
    writeFileSync(join(path, name), content)
    return join(path, name)
  }
  return {
    path,
    write,
    embedder(precision, change = {}) {
      const shape = { vocabularySize: vocabulary.length, dimension: DIMENSION, precision }
      return {
        onnxFile: write(`${precision}.onnx`, contextNetwork(shape)),
        tokenizerFile: write('tokenizer.json', JSON.stringify(bertTokenizerJson(vocabulary))),
        tokenizerConfigFile: null,
        dimension: DIMENSION,
        maxTokens: 64,
        pooling: 'mean',
        normalise: true,
        output: 'last_hidden_state',
        prefix: '',
        longText: 'head-tail',
        ...change,
      }
    },
    remove: () => rmSync(path, { recursive: true }),
  }
}
