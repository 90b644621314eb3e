import type { JsonObject } from './decode.js'

/** A request for embeddings as far as it is understood before it is known who answers it. */
export interface EmbeddingsRequest {
  /** As the client wrote it. */
  readonly model: string
  /** All members of the request, unchecked: what they may be depends on who answers. */
  readonly fields: JsonObject
  /** The request as JSON text, exactly as the client wrote it. */
  readonly raw: string
}

/** What our own embedder is asked, every field of it checked. */
export interface EmbeddingsTask {
  /** One at least, none of them empty. */
  readonly inputs: readonly EmbeddingInput[]
  /** The client gave one input, not a list: errors then name `input`, not `input[0]`. */
  readonly single: boolean
  /** Length of the vectors wanted; absent: the model's own. */
  readonly dimensions?: number
  readonly encoding: EmbeddingEncoding
  /** Shorten what is too long for the model instead of refusing it; absent: as the model's set-up has it. */
  readonly truncate?: boolean
  /** Members that mean nothing to our embedder. */
  readonly unknown: readonly string[]
}

/** A text, or token ids of the model's own vocabulary, special tokens not included. */
export type EmbeddingInput = string | readonly number[]

export type EmbeddingEncoding = 'float' | 'base64'

export interface EmbeddingsAnswer {
  readonly model: string
  /** Row-major `[inputs, dimension]`. */
  readonly vectors: Float32Array
  readonly dimension: number
  readonly encoding: EmbeddingEncoding
  readonly promptTokens: number
}

/** Where an input stands in the client's request. */
export function inputPath(index: number, single: boolean): string {
  return single ? 'input' : `input[${index}]`
}
