import { distance } from 'fastest-levenshtein'
import { GatewayError, invalidRequest } from '../core/errors.js'
import type { ModelSpec } from '../core/model-spec.js'
import { createRecentMap, type RecentMap } from '../core/recent-map.js'
import type { PriceList } from './price-list.js'

/** What a client's `model` means. */
export type ResolvedModel =
  /** The gateway chooses. `name` is `auto` or the alias that stands for it. */
  | { readonly kind: 'routed'; readonly name: string }
  /** The client chose. */
  | { readonly kind: 'pinned'; readonly spec: ModelSpec }

/** What there is to choose from. Made once per configuration. */
export interface ModelDirectory {
  readonly catalogue: readonly ModelSpec[]
  readonly byId: ReadonlyMap<string, ModelSpec>
  /** Names of the providers that are on. */
  readonly providers: readonly string[]
  readonly aliases: Readonly<Record<string, string>>
  /** For models that nobody lists. */
  readonly listPrices: PriceList
  /** What names lead to that are no ids: looking for it, and for its prices, takes as long as the rest of a request. */
  readonly addressed: RecentMap<ModelSpec>
}

export function createModelDirectory(
  catalogue: readonly ModelSpec[],
  providers: readonly string[],
  aliases: Readonly<Record<string, string>>,
  listPrices: PriceList = () => undefined,
): ModelDirectory {
  const byId = new Map(catalogue.map((spec) => [spec.id, spec]))
  return { catalogue, byId, providers, aliases, listPrices, addressed: createRecentMap(MOST_ADDRESSED) }
}

const ROUTED_MODEL = 'auto'
/** Clients may make names up. */
const MOST_ADDRESSED = 1000
/** Names come back in a response header, and clients bound those. */
const MAX_NAME_LENGTH = 256

/**
 * Catalogue id, alias, `auto`, or `provider/upstream-name`, which reaches any model of a configured provider. A bare
 * name that nobody lists goes to the only provider, if just one is on.
 * @param mayUse whether the client may use a name: others are not shown to it
 * @throws GatewayError 404 `model_not_found` with the nearest names
 */
export function resolveModel(
  name: string,
  directory: ModelDirectory,
  mayUse: (name: string) => boolean,
): ResolvedModel {
  if (name.length > MAX_NAME_LENGTH) {
    throw invalidRequest('model', `'model' may have ${MAX_NAME_LENGTH} characters at most.`)
  }
  const found = findModel(name, directory)
  if (found === undefined) throw modelNotFound(name, directory, mayUse)
  return found
}

/** As `resolveModel`; `undefined` for a name that leads nowhere. */
export function findModel(name: string, directory: ModelDirectory): ResolvedModel | undefined {
  const target = Object.hasOwn(directory.aliases, name) ? (directory.aliases[name] ?? name) : name
  if (target === ROUTED_MODEL) return { kind: 'routed', name }

  const listed = directory.byId.get(target)
  if (listed !== undefined) return { kind: 'pinned', spec: listed }

  const known = directory.addressed.get(target)
  const spec = known ?? findByAddress(target, directory)
  if (spec === undefined) return undefined
  if (known === undefined) directory.addressed.set(target, spec, 1)
  return { kind: 'pinned', spec }
}

function findByAddress(target: string, directory: ModelDirectory): ModelSpec | undefined {
  const slash = target.indexOf('/')
  if (slash > 0 && slash < target.length - 1) {
    const spec = addressed(target.slice(0, slash), target.slice(slash + 1), target, directory)
    if (spec !== undefined) return spec
  }
  const [only, ...others] = directory.providers
  return only === undefined || others.length > 0 || target === ''
    ? undefined
    : unlisted(target, only, target, directory)
}

/**
 * `provider/name`: keeps the catalogue's limits and prices when that provider is known to sell the model. Our own models
 * are addressed so as well, though nobody configures their provider.
 */
function addressed(
  provider: string,
  upstreamName: string,
  id: string,
  directory: ModelDirectory,
): ModelSpec | undefined {
  const known = directory.catalogue.find(
    (spec) => spec.provider === provider && (spec.upstreamName === upstreamName || spec.id === upstreamName),
  )
  return known ?? (directory.providers.includes(provider) ? unlisted(id, provider, upstreamName, directory) : undefined)
}

function unlisted(id: string, provider: string, upstreamName: string, { listPrices }: ModelDirectory): ModelSpec {
  const prices = listPrices(provider, upstreamName)
  return { id, provider, upstreamName, ...(prices !== undefined && { prices }), listed: false }
}

function modelNotFound(name: string, directory: ModelDirectory, mayUse: (name: string) => boolean): GatewayError {
  const names = [ROUTED_MODEL, ...Object.keys(directory.aliases), ...directory.catalogue.map((spec) => spec.id)]
  const near = nearestNames(name.slice(0, 200), names.filter(mayUse))
  const hint = near.length === 0 ? '' : ` Did you mean ${near.map((candidate) => `'${candidate}'`).join(', ')}?`
  return new GatewayError(
    'model_not_found',
    `The model '${name.slice(0, 200)}' does not exist here.${hint} GET /v1/models lists all models; 'provider/name' reaches any model of a configured provider.`,
    { param: 'model' },
  )
}

export function nearestNames(name: string, names: readonly string[]): readonly string[] {
  return names
    .map((candidate) => ({ candidate, edits: distance(name, candidate) }))
    .filter(({ candidate, edits }) => edits <= Math.max(3, candidate.length / 2))
    .sort((a, b) => a.edits - b.edits)
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}
