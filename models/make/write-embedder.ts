import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { makeWordPieceTokenizer } from './make-wordpiece.js'

export interface EmbedderFolder {
  /** Created if it is not there. */
  readonly folder: string
  readonly graph: Uint8Array
  /** `model.onnx`, or below a folder: `onnx/model.onnx`. */
  readonly graphFile: string
  readonly tokenizer: ReturnType<typeof makeWordPieceTokenizer>
  /** Contents of `config.json`, for libraries that ask for the architecture. */
  readonly config?: object
}

/** Writes the files of an embedder the way model hubs lay them out. */
export function writeEmbedder({ folder, graph, graphFile, tokenizer, config }: EmbedderFolder): void {
  const path = join(folder, graphFile)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, graph)
  writeJson(join(folder, 'tokenizer.json'), tokenizer.tokenizer)
  writeJson(join(folder, 'tokenizer_config.json'), tokenizer.config)
  if (config !== undefined) writeJson(join(folder, 'config.json'), config)
}

function writeJson(path: string, content: object): void {
  writeFileSync(path, `${JSON.stringify(content)}\n`)
}
