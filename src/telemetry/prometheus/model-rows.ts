import type { CacheStatus } from '../../core/request-record.js'
import type { Count, UsdTotal } from './counter-family.js'
import type { Buckets } from './histogram-family.js'
import type { RequestFamilies } from './request-families.js'

/** Stands for every name that is not configured, so that clients cannot make label values. */
export const OTHER = 'other'
/** Stands for the provider of copies where they must not be mixed with streams. */
export const CACHE = 'cache'

/** Everything that is counted per provider and model, looked up once. */
export interface ModelRow {
  readonly provider: string
  readonly model: string
  readonly requests: Readonly<Record<CacheStatus, Count>>
  readonly duration: Buckets
  readonly firstToken: Buckets
  readonly gap: Buckets
  readonly inputTokens: Count
  readonly outputTokens: Count
  readonly cost: UsdTotal
  readonly costPerRequest: Buckets
  readonly unknownCosts: Count
  readonly savedByCache: UsdTotal
  readonly savedByRouting: UsdTotal
  readonly savedByPromptCache: UsdTotal
}

/** Which names may stand in labels: those of the configuration in force. */
export interface KnownNames {
  hasProvider(name: string): boolean
  hasModel(id: string): boolean
}

export class ModelRows {
  readonly #families: RequestFamilies
  readonly #known: KnownNames
  readonly #rows = new Map<string, Map<string, ModelRow>>()

  constructor(families: RequestFamilies, known: KnownNames) {
    this.#families = families
    this.#known = known
  }

  of(provider: string = OTHER, model: string = OTHER): ModelRow {
    return this.#rows.get(provider)?.get(model) ?? this.#row(this.providerLabel(provider), this.modelLabel(model))
  }

  all(): readonly ModelRow[] {
    return [...this.#rows.values()].flatMap((rows) => [...rows.values()])
  }

  providerLabel(name: string | undefined): string {
    return name !== undefined && (name === CACHE || this.#known.hasProvider(name)) ? name : OTHER
  }

  modelLabel(id: string | undefined): string {
    return id !== undefined && this.#known.hasModel(id) ? id : OTHER
  }

  #row(provider: string, model: string): ModelRow {
    const rows = this.#rows.get(provider) ?? new Map<string, ModelRow>()
    this.#rows.set(provider, rows)
    const row = rows.get(model) ?? this.#create(provider, model)
    rows.set(model, row)
    return row
  }

  #create(provider: string, model: string): ModelRow {
    const families = this.#families
    const requests = (status: CacheStatus): Count => families.requests.child(provider, model, status)
    return {
      provider,
      model,
      requests: {
        HIT: requests('HIT'),
        MISS: requests('MISS'),
        SKIP: requests('SKIP'),
        ONLY_MISS: requests('ONLY_MISS'),
        REFRESH: requests('REFRESH'),
        JOIN: requests('JOIN'),
      },
      duration: families.duration.child(provider, model),
      firstToken: families.firstToken.child(provider, model),
      gap: families.gap.child(provider, model),
      inputTokens: families.tokens.child(provider, model, 'input'),
      outputTokens: families.tokens.child(provider, model, 'output'),
      cost: families.cost.child(provider, model),
      costPerRequest: families.costPerRequest.child(provider, model),
      unknownCosts: families.unknownCosts.child(provider, model),
      savedByCache: families.savedByCache.child(provider, model),
      savedByRouting: families.savedByRouting.child(provider),
      savedByPromptCache: families.savedByPromptCache.child(provider),
    }
  }
}
