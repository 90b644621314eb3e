import { readShippedModels } from '../../src/catalogue/shipped-models.js'
import type { PriceBand } from '../../src/core/model-spec.js'
import { chooseBand } from '../../src/core/money/choose-band.js'
import { packageRoot } from '../../src/package-root.js'

/** US dollars per million tokens. */
export interface ModelPrice {
  readonly input: number
  readonly output: number
}

/** Of a model of the shipped catalogue, today. @throws Error when it has none */
export function priceOf(model: string): ModelPrice {
  const bands = bandsOf(model)
  const { inputPerMTok, outputPerMTok } = chooseBand(bands, 0, Date.now()) ?? {}
  if (inputPerMTok === undefined || outputPerMTok === undefined) {
    throw new Error(`'${model}' has no price in models/catalogue.json.`)
  }
  return { input: inputPerMTok, output: outputPerMTok }
}

/** @throws Error for a model that is not in the shipped catalogue */
export function bandsOf(model: string): readonly PriceBand[] {
  const found = readShippedModels(packageRoot()).find(({ id }) => id === model)
  if (found === undefined) throw new Error(`'${model}' is not in models/catalogue.json.`)
  return found.prices
}
