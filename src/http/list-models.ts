import type { ModelSpec } from '../core/model-spec.js'

/**
 * `GET /v1/models` for both families of clients: each row has OpenAI's fields and Anthropic's, and what the gateway
 * knows besides.
 */
export interface ModelList {
  readonly object: 'list'
  readonly data: readonly ModelRow[]
  readonly has_more: false
  readonly first_id: string | null
  readonly last_id: string | null
}

export interface ModelRow {
  readonly id: string
  readonly object: 'model'
  readonly type: 'model'
  readonly display_name: string
  readonly created: number
  readonly created_at: string
  readonly owned_by: string
  readonly [more: string]: unknown
}

/** No vendor publishes one date for all its models, and clients only need the field to be there. */
const CREATED = '2026-01-01T00:00:00Z'

export function listModels(
  catalogue: readonly ModelSpec[],
  aliases: Readonly<Record<string, string>>,
  mayUse: (model: string) => boolean,
): ModelList {
  const data = [
    modelRow('auto', 'llmrouter', { description: 'The gateway chooses a cheap or a strong model for each prompt.' }),
    ...Object.entries(aliases).map(([alias, target]) => modelRow(alias, 'llmrouter', { alias_of: target })),
    ...catalogue.map(catalogueRow),
  ].filter((row) => mayUse(row.id))
  return { object: 'list', data, has_more: false, first_id: data.at(0)?.id ?? null, last_id: data.at(-1)?.id ?? null }
}

function catalogueRow(spec: ModelSpec): ModelRow {
  return modelRow(spec.id, spec.provider, {
    provider: spec.provider,
    context_window: spec.contextTokens ?? null,
    max_output_tokens: spec.maxOutputTokens ?? null,
    capabilities: spec.capabilities ?? null,
    prices: spec.isResold ? null : (spec.prices ?? null),
    ...(spec.dimension !== undefined && { dimension: spec.dimension, dimensions: spec.dimensions ?? [] }),
  })
}

function modelRow(id: string, ownedBy: string, more: Readonly<Record<string, unknown>>): ModelRow {
  return {
    id,
    object: 'model',
    type: 'model',
    display_name: id,
    created: Date.parse(CREATED) / 1000,
    created_at: CREATED,
    owned_by: ownedBy,
    ...more,
  }
}
