import { readFileSync } from 'node:fs'
import type { ModelSpec, PriceBand } from '../core/model-spec.js'

/** One row of `models/catalogue.json`: a model that is sold today, with limits and list prices. */
export interface ShippedModel {
  readonly id: string
  /** The vendor: `anthropic`, `openai` or `google`. */
  readonly provider: string
  readonly contextTokens?: number
  readonly maxOutputTokens?: number
  readonly capabilities: readonly string[]
  readonly prices: readonly PriceBand[]
  readonly tier?: 'cheap' | 'strong'
}

/** Reads the shipped catalogue. It is our own file, checked by a test, so its shape is trusted here. */
export function readShippedModels(packageRoot: string): readonly ShippedModel[] {
  const file: { models: readonly ShippedModel[] } = JSON.parse(
    readFileSync(`${packageRoot}models/catalogue.json`, 'utf8'),
  )
  return file.models
}

/** Chat models and embedding models share the catalogue; only the former answer chats. */
export function isChatModel(model: Pick<ModelSpec, 'capabilities'>): boolean {
  return model.capabilities?.includes('embeddings') !== true
}
