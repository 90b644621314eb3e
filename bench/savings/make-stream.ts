import { createRandom, placeOf, shuffle } from '../cache-eval/random.js'
import type { StreamPrompt } from './stream-prompts.js'

export interface StreamOptions {
  readonly requests: number
  /** Different groups, as a share of the requests. */
  readonly groupShare: number
  /** Popularity falls with the rank to this power. */
  readonly exponent: number
  readonly seed: number
}

/**
 * Real prompts as they might come: some groups are asked often and most once. A group is asked in words that were not used
 * yet while there are any, then in the same words again. Each source brings as many groups, as far as it has them.
 */
export function makeStream(
  sources: readonly (readonly StreamPrompt[])[],
  options: StreamOptions,
): readonly StreamPrompt[] {
  const random = createRandom(options.seed)
  const fair = Math.max(1, Math.round((options.requests * options.groupShare) / sources.length))
  const chosen = sources.flatMap((source) => shuffle(groupsOf(source), random).slice(0, fair))
  const groups = shuffle(chosen, random)
  const count = groups.length
  const weights = cumulate(groups.map((_, rank) => (rank + 1) ** -options.exponent))
  const again = Array.from({ length: Math.max(0, options.requests - count) }, () => placeOf(weights, random))
  const asked = groups.map(() => 0)
  return shuffle([...groups.keys(), ...again], random).flatMap((place) => {
    const wordings = groups[place] ?? []
    const turn = asked[place] ?? 0
    asked[place] = turn + 1
    return wordings[turn % wordings.length] ?? []
  })
}

function groupsOf(prompts: readonly StreamPrompt[]): readonly (readonly StreamPrompt[])[] {
  const groups = new Map<string, StreamPrompt[]>()
  for (const prompt of prompts) {
    const group = groups.get(prompt.group)
    if (group === undefined) groups.set(prompt.group, [prompt])
    else group.push(prompt)
  }
  return [...groups.values()]
}

function cumulate(weights: readonly number[]): readonly number[] {
  let sum = 0
  return weights.map((weight) => {
    sum += weight
    return sum
  })
}
