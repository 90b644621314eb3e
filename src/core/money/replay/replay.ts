import { costOf } from '../cost-of.js'
import { formatUsd, type PicoUsd } from '../money.js'
import type { PricesOf } from '../request-savings.js'
import type { LoggedRequest, LoggedRouting } from './logged-request.js'
import { createReplayedCache } from './replayed-cache.js'

/** Another configuration, as far as a log can tell what it would have done. */
export interface ReplayCandidate {
  readonly cache: {
    readonly isOn: boolean
    readonly ttlMs: number
    readonly maxEntries: number
    readonly excludeModels: ReadonlySet<string>
    /** What was passed by for its temperature would be kept. */
    readonly keepsAnyTemperature: boolean
    readonly semantic:
      | { readonly mode: 'off' }
      | { readonly mode: 'threshold'; readonly threshold: number }
      | { readonly mode: 'bounded'; readonly maxFalseHitRate: number }
  }
  readonly routing: {
    /** Catalogue ids; undefined: as it was. */
    readonly cheap: string | undefined
    readonly strong: string | undefined
    /** Undefined: as it was. */
    readonly threshold: number | undefined
  }
  readonly pricesOf: PricesOf
}

export interface ReplayFigures {
  readonly requests: number
  readonly exact: number
  readonly semantic: number
  readonly joined: number
  readonly hit_rate: number
  /** Answers made anew. */
  readonly calls: number
  readonly spend_usd: string
  /** Calls whose cost is not known. */
  readonly unpriced: number
  /** Of the calls that were routed; null: none was. */
  readonly strong_share: number | null
}

export interface ReplayResult {
  readonly logged: ReplayFigures
  readonly predicted: ReplayFigures
  /** Requests that passed the cache by when they were logged: whether they were asked before is not known. */
  readonly without_key: number
  /** Copies that would be made anew, of which nobody knows how hard they are: priced as the copied answer was. */
  readonly unscored_copies: number
}

export interface Replay {
  /** In the order of the log. */
  take(request: LoggedRequest): void
  result(): ReplayResult
}

type Copy = NonNullable<LoggedRequest['copy']>

export function createReplay({ cache, pricesOf, routing }: ReplayCandidate): Replay {
  const kept = createReplayedCache(cache)
  const [logged, predicted] = [createTally(), createTally()]
  /** How each key was routed when it was last answered anew. */
  const routes = new Map<string, LoggedRouting>()
  let withoutKey = 0
  let unscoredCopies = 0

  function copyOf(request: LoggedRequest): Copy | undefined {
    const { copy, key, startedAtMs } = request
    if (key === undefined || !cache.isOn || cache.excludeModels.has(request.model)) return undefined
    if (copy === 'exact') kept.keepFromBefore(key, startedAtMs)
    const found = kept.find(key, startedAtMs)
    if (found !== undefined) return found === 'kept' ? 'exact' : 'joined'
    return isNearEnough(request) ? 'semantic' : undefined
  }

  function isNearEnough({ near, startedAtMs }: LoggedRequest): boolean {
    const { semantic } = cache
    if (near === undefined || semantic.mode === 'off') return false
    const isServed =
      semantic.mode === 'threshold'
        ? near.similarity >= semantic.threshold
        : near.bound !== undefined && near.bound >= 1 - semantic.maxFalseHitRate
    return isServed && kept.has(near.entry, startedAtMs)
  }

  function answerAnew(request: LoggedRequest): void {
    const { endedAtMs, key, startedAtMs, usage } = request
    const route = request.routing ?? (key === undefined ? undefined : routes.get(key))
    if (request.routing === undefined && request.copy !== undefined && route === undefined) unscoredCopies++
    const isStrong = route === undefined ? undefined : goesToStrong(route, routing.threshold)
    const model = route === undefined ? request.model : modelOf(route, isStrong === true)
    const prices = pricesOf(model, model === request.model ? request.provider : undefined)
    predicted.call(prices && costOf(usage, prices, startedAtMs), isStrong)
    if (key === undefined) return
    if (request.routing !== undefined) routes.set(key, request.routing)
    if (cache.isOn) kept.keep(key, endedAtMs)
  }

  function modelOf(route: LoggedRouting, isStrong: boolean): string {
    if (isStrong) return routing.strong ?? route.strong
    // Where the log names no cheap model and the configuration has none, nobody knows.
    return routing.cheap ?? (route.selected === route.strong ? '' : route.selected)
  }

  return {
    take(request) {
      const { copy, cost, key, passedBy, routing: route } = request
      logged.request(copy)
      if (copy === undefined) logged.call(cost, route && route.selected === route.strong)
      if (key === undefined && (passedBy !== 'temperature' || cache.keepsAnyTemperature) && cache.isOn) withoutKey++
      const predictedCopy = copyOf(request)
      predicted.request(predictedCopy)
      if (predictedCopy === undefined) answerAnew(request)
    },
    result: () => ({
      logged: logged.figures(),
      predicted: predicted.figures(),
      without_key: withoutKey,
      unscored_copies: unscoredCopies,
    }),
  }
}

/** Only a score that decided would decide otherwise; what else decided is taken to do so again. */
function goesToStrong({ complexity, reason, selected, strong }: LoggedRouting, threshold: number | undefined): boolean {
  if (reason === 'score' && complexity !== undefined && threshold !== undefined) return complexity >= threshold
  return selected === strong
}

function createTally() {
  const copies: Record<Copy, number> = { exact: 0, semantic: 0, joined: 0 }
  let requests = 0
  let calls = 0
  let unpriced = 0
  let spend: PicoUsd = 0n
  const routed = { strong: 0, all: 0 }
  return {
    request(copy: Copy | undefined): void {
      requests++
      if (copy !== undefined) copies[copy]++
    },
    call(cost: PicoUsd | undefined, isStrong: boolean | undefined): void {
      calls++
      if (cost === undefined) unpriced++
      else spend += cost
      if (isStrong === undefined) return
      routed.all++
      if (isStrong) routed.strong++
    },
    figures(): ReplayFigures {
      const { exact, joined, semantic } = copies
      return {
        requests,
        exact,
        semantic,
        joined,
        hit_rate: requests === 0 ? 0 : (exact + semantic + joined) / requests,
        calls,
        spend_usd: formatUsd(spend),
        unpriced,
        strong_share: routed.all === 0 ? null : routed.strong / routed.all,
      }
    },
  }
}
