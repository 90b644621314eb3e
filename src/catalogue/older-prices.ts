import { findProvider, type MatchLogic, type ModelInfo, type ModelPrice } from '@pydantic/genai-prices'
import type { PriceBand } from '../core/model-spec.js'
import { picoUsdPerToken } from '../core/money/money.js'
import type { Vendor } from './shipped-models.js'

/**
 * List prices of models that our own catalogue leaves out, mostly older ones, from the table in the package, which never
 * fetches another by itself. Undefined: it does not know the model either, or prices something that we do not count.
 */
export function olderPrices(vendor: Vendor, model: string): readonly PriceBand[] | undefined {
  const name = model.toLowerCase()
  const found = findProvider({ providerId: vendor })?.models.find(({ match }) => isNamed(match, name))
  const bands = found === undefined ? [] : bandsOf(found)
  return bands.length > 0 && bands.every(isExact) ? bands : undefined
}

/** What may follow a model's name without making it another model: a date, a version, a word for the newest one. */
const SAME_MODEL = /^\d{0,8}(?:[-@](?:\d{2,8}|v\d|latest|preview|exp))*$/

/** Narrower than the package itself, for which a name may go on in any way: a newer model has another price. */
function isNamed(match: MatchLogic, name: string): boolean {
  if ('equals' in match) return match.equals.toLowerCase() === name
  if ('or' in match) return match.or.some((inner) => isNamed(inner, name))
  if ('and' in match) return match.and.every((inner) => isNamed(inner, name))
  if ('regex' in match) return new RegExp(match.regex).test(name)
  const given = 'starts_with' in match ? match.starts_with : 'contains' in match ? match.contains : match.ends_with
  return name.startsWith(given.toLowerCase()) && SAME_MODEL.test(name.slice(given.length))
}

function bandsOf({ prices }: ModelInfo): readonly PriceBand[] {
  if (!Array.isArray(prices)) return bandsOfPrice(prices, {})
  return prices.flatMap(({ constraint, prices: price }) => {
    if (constraint === undefined) return bandsOfPrice(price, {})
    return constraint.type === 'start_date' ? bandsOfPrice(price, { effectiveFrom: constraint.start_date }) : []
  })
}

const NAMES = {
  input_mtok: 'inputPerMTok',
  output_mtok: 'outputPerMTok',
  cache_read_mtok: 'cachedInputPerMTok',
  cache_write_mtok: 'cacheWritePerMTok',
  cache_write_1h_mtok: 'cacheWriteLongPerMTok',
  input_audio_mtok: 'audioInputPerMTok',
} as const satisfies Readonly<Record<string, keyof PriceBand>>

/** Of what an answer may hold and we do not count apart. A model that makes sound or pictures has prices we cannot use. */
const UNCOUNTED = ['output_audio_mtok', 'output_image_mtok', 'output_video_mtok', 'input_video_mtok', 'audio_hours']

function bandsOfPrice(price: ModelPrice, when: Pick<PriceBand, 'effectiveFrom'>): readonly PriceBand[] {
  if (price.input_mtok === undefined || UNCOUNTED.some((name) => price[name] !== undefined)) return []
  const starts = new Set(Object.keys(NAMES).flatMap((name) => tiersOf(price[name]).map(({ start }) => start)))
  return [undefined, ...starts].map((start) => ({
    ...when,
    ...(start !== undefined && { abovePromptTokens: start }),
    ...Object.fromEntries(
      Object.entries(NAMES)
        .map(([theirs, ours]) => [ours, priceAbove(price[theirs], start)])
        .filter(([, value]) => value !== undefined),
    ),
  }))
}

type Price = ModelPrice[string]

function tiersOf(price: Price): readonly { readonly start: number; readonly price: number }[] {
  return typeof price === 'object' ? price.tiers : []
}

/** Tiers come in the order of their starts; the last one that applies holds for all tokens. */
function priceAbove(price: Price, start: number | undefined): number | undefined {
  if (typeof price !== 'object') return price
  return tiersOf(price).findLast((tier) => start !== undefined && tier.start <= start)?.price ?? price.base
}

function isExact(band: PriceBand): boolean {
  try {
    for (const ours of Object.values(NAMES)) picoUsdPerToken(band[ours] ?? 0)
    return true
  } catch {
    return false
  }
}
