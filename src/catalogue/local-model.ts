import type { ModelSpec } from '../core/model-spec.js'

/** Stands for a provider in lists and headers: the gateway itself. */
export const LOCAL_PROVIDER = 'llmrouter'

export interface LocalModel {
  readonly id: string
  readonly dimension: number
  readonly dimensions: readonly number[]
  readonly maxTokens: number
}

/** The gateway's own embedding model as a row of the catalogue. It costs nothing. */
export function localModelSpec(model: LocalModel): ModelSpec {
  return {
    id: model.id,
    provider: LOCAL_PROVIDER,
    upstreamName: model.id,
    contextTokens: model.maxTokens,
    capabilities: ['embeddings'],
    prices: [{ inputPerMTok: 0, outputPerMTok: 0 }],
    dimension: model.dimension,
    dimensions: model.dimensions,
    listed: true,
  }
}
