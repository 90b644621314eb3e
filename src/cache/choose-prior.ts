import type { HitModel } from '../core/hit-model/hit-model.js'
import type { CachePriorFile } from './prior-schema.js'

export interface ChoosePriorOptions {
  /** Fitted on this machine, then what comes with llmrouter: the first that fits is taken. */
  readonly files: readonly CachePriorFile[]
  readonly embedder: string
  /** Null: pairs are not verified. */
  readonly verifier: string | null
}

export interface ChosenPrior {
  readonly model: HitModel
  /**
   * `fitted`: with these very models. `unverified`: with this embedder and no verifier, so its probability is not used.
   * `fallback`: never calibrated, so the bounds are wide and little is served until labels arrive.
   */
  readonly kind: 'fitted' | 'unverified' | 'fallback'
}

/** Fingerprints decide. Undefined: no file has anything that could be used, and nothing can be served by it. */
export function choosePrior({ files, embedder, verifier }: ChoosePriorOptions): ChosenPrior | undefined {
  const fitted = files.flatMap(({ priors }) => priors).filter((prior) => prior.embedder.fingerprint === embedder)
  const exact = fitted.find((prior) => (prior.verifier?.fingerprint ?? null) === verifier)
  if (exact !== undefined) return { model: exact, kind: 'fitted' }
  const unverified = fitted.find((prior) => prior.verifier === null)
  if (unverified !== undefined) return { model: unverified, kind: 'unverified' }
  const fallback = files.map((file) => file.fallback).find((model) => model !== null)
  return fallback === undefined || fallback === null ? undefined : { model: fallback, kind: 'fallback' }
}
