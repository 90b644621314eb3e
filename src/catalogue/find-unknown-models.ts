import { findModel, type ModelDirectory, nearestNames } from './resolve-model.js'
import { isChatModel } from './shipped-models.js'

/** The parts of a configuration that name models. */
export interface ModelNames {
  readonly aliases: Readonly<Record<string, string>>
  readonly routing: {
    readonly auto: { readonly cheap: string | null; readonly strong: string | null }
    readonly fallbacks: Readonly<Record<string, readonly string[]>>
  }
}

export interface UnknownModel {
  /** Where the configuration names it. */
  readonly path: readonly (string | number)[]
  readonly name: string
  /** The nearest names that are known. */
  readonly near: readonly string[]
}

/** Names that lead to no model with the providers that are on. Routing needs listed chat models, whose prices it knows. */
export function findUnknownModels(
  { aliases, routing }: ModelNames,
  directory: ModelDirectory,
): readonly UnknownModel[] {
  const { cheap, strong } = routing.auto
  const routed = Object.entries({ cheap, strong })
    .filter(([, name]) => name !== null && routableId(name, directory) === undefined)
    .map(([key, name]) => ({ path: ['routing', 'auto', key], name: name ?? '' }))
  const named = [
    ...Object.entries(aliases).map(([alias, name]) => ({ path: ['aliases', alias], name })),
    ...Object.entries(routing.fallbacks).flatMap(([model, list]) => {
      const path = ['routing', 'fallbacks', model]
      return [{ path, name: model }, ...list.map((name, index) => ({ path: [...path, index], name }))]
    }),
  ].filter(({ name }) => findModel(name, directory) === undefined)
  const known = [...directory.byId.keys()]
  return [...routed, ...named].map((found) => ({ ...found, near: nearestNames(found.name, known) }))
}

/** The catalogue's id of a chat model, however it is named; `undefined`: routing cannot choose it. */
export function routableId(name: string, directory: ModelDirectory): string | undefined {
  const found = findModel(name, directory)
  if (found?.kind !== 'pinned') return undefined
  const listed = directory.byId.get(found.spec.id)
  return listed !== undefined && isChatModel(listed) ? listed.id : undefined
}
