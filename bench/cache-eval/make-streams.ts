import type { EvalPrompt } from './eval-data.js'
import { createRandom, placeOf, shuffle } from './random.js'

/** One way that prompts may come, over parts of the data that have nothing to do with each other. */
export interface EvalStream {
  readonly name: string
  readonly splits: readonly EvalSplit[]
}

export interface EvalSplit {
  readonly requests: readonly EvalPrompt[]
  /** Prompts of the other splits, to be learnt from before. */
  readonly lessons: readonly EvalPrompt[]
}

export interface StreamOptions {
  readonly splits: number
  /** Of a split's repeating stream, at most. */
  readonly requests: number
  readonly lessons: number
  readonly seed: number
}

/** An earlier benchmark of the field asked 199 questions of 104 groups. */
const EARLIER = { requests: 199, groups: 104 }
/** Popularity falls with the rank to this power. */
const ZIPF = 0.8

/**
 * Three of them. The earlier benchmark's and a longer one of the same kind repeat groups by a power law: a group is asked
 * in words that were not used yet while there are any, then in the same words again. In the ordinary one each prompt comes
 * once, in the order of the data.
 */
export function makeStreams(prompts: readonly EvalPrompt[], options: StreamOptions): readonly EvalStream[] {
  const parts = partition(prompts, options.splits)
  const lessonsFor = (part: number): readonly EvalPrompt[] =>
    prompts.filter((prompt) => splitOf(prompt, options.splits) !== part).slice(0, options.lessons)
  const stream = (
    name: string,
    make: (part: readonly EvalPrompt[], at: number) => readonly EvalPrompt[],
  ): EvalStream => ({
    name,
    splits: parts.map((part, at) => ({ requests: make(part, at), lessons: lessonsFor(at) })),
  })
  const repeating = (requests: number) => (part: readonly EvalPrompt[], at: number) =>
    repeat(part, requests, createRandom(options.seed + at))
  return [
    stream(`${EARLIER.requests} requests over ${EARLIER.groups} groups`, repeating(EARLIER.requests)),
    stream('longer, groups repeated by a power law', repeating(options.requests)),
    stream('ordinary, each prompt once', (part) => part),
  ]
}

function partition(prompts: readonly EvalPrompt[], splits: number): readonly (readonly EvalPrompt[])[] {
  const parts = Array.from({ length: splits }, (): EvalPrompt[] => [])
  for (const prompt of prompts) parts[splitOf(prompt, splits)]?.push(prompt)
  return parts
}

const splitOf = ({ cluster }: EvalPrompt, splits: number): number => cluster % splits

/** Fewer requests where there are too few groups for as many: their proportion is kept. */
function repeat(part: readonly EvalPrompt[], mostRequests: number, random: () => number): readonly EvalPrompt[] {
  const groups = chooseGroups(part, Math.round((mostRequests * EARLIER.groups) / EARLIER.requests), random)
  const requests = Math.round((groups.length * EARLIER.requests) / EARLIER.groups)
  const weights = cumulate(groups.map((_, rank) => (rank + 1) ** -ZIPF))
  const again = Array.from({ length: Math.max(0, requests - groups.length) }, () => placeOf(weights, random))
  const order = shuffle([...groups.keys(), ...again], random)
  const asked = groups.map(() => 0)
  return order.flatMap((place) => {
    const wordings = groups[place] ?? []
    const turn = asked[place] ?? 0
    asked[place] = turn + 1
    return wordings[turn % wordings.length] ?? []
  })
}

/** Groups that were compared with each other come together: they are the ones that are easily mistaken. */
function chooseGroups(
  part: readonly EvalPrompt[],
  count: number,
  random: () => number,
): readonly (readonly EvalPrompt[])[] {
  const clusters = shuffle([...new Set(part.map(({ cluster }) => cluster))], random)
  const rank = new Map(clusters.map((cluster, at) => [cluster, at]))
  const groups = new Map<string, EvalPrompt[]>()
  for (const prompt of part.toSorted((a, b) => (rank.get(a.cluster) ?? 0) - (rank.get(b.cluster) ?? 0))) {
    groups.set(prompt.group, [...(groups.get(prompt.group) ?? []), prompt])
  }
  // What is asked often is asked in many ways.
  return [...groups.values()].slice(0, count).sort((a, b) => b.length - a.length)
}

function cumulate(weights: readonly number[]): readonly number[] {
  let sum = 0
  return weights.map((weight) => {
    sum += weight
    return sum
  })
}

/** Of the requests those that an earlier one of their group precedes, in other words. No cache can rightly serve more. */
export function matedShare(splits: readonly EvalSplit[]): number {
  const mated = splits.map(({ requests }) => {
    const texts = new Set<string>()
    const groups = new Set<string>()
    let count = 0
    for (const { group, text } of requests) {
      if (groups.has(group) && !texts.has(text)) count++
      groups.add(group)
      texts.add(text)
    }
    return count
  })
  const requests = splits.reduce((sum, split) => sum + split.requests.length, 0)
  return mated.reduce((sum, count) => sum + count, 0) / Math.max(1, requests)
}
