import type { ChatRequest } from '../../core/chat-request.js'
import type { ModelSpec } from '../../core/model-spec.js'
import type { ProviderAdapter } from '../../providers/provider.js'

/** OpenAI's longest life of what is written to its prompt cache. */
const LONG_WRITE = /"ttl"\s*:\s*"12h"/

/**
 * The model with the prices that the provider's counts are enough for. OpenAI counts what was written to its prompt cache
 * for half an hour and for twelve hours together, and charges twice as much for the latter: of a request that asks for it,
 * nobody knows what writing cost.
 */
export function withCountablePrices(
  target: ModelSpec,
  request: Pick<ChatRequest, 'raw'>,
  { type }: Pick<ProviderAdapter, 'type'>,
): ModelSpec {
  const { prices } = target
  if (type !== 'openai' || prices === undefined || !prices.some(hasLongWrites)) return target
  if (!LONG_WRITE.test(request.raw)) return target
  return { ...target, prices: prices.map(({ cacheWritePerMTok: _, ...band }) => band) }
}

function hasLongWrites({ cacheWriteLongPerMTok }: NonNullable<ModelSpec['prices']>[number]): boolean {
  return cacheWriteLongPerMTok !== undefined
}
