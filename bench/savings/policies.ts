import { createRandom, shuffle } from '../cache-eval/random.js'
import type { Tier } from './answer-script.js'
import type { Replayed } from './replay-stream.js'
import type { StreamPrompt } from './stream-prompts.js'

/** What a stream cost and brought under one policy. */
export interface PolicyResult {
  readonly name: string
  readonly spentUsd: number
  /** Of each request: 1, 0, or for lots how often. */
  readonly right: readonly number[]
}

/** US dollars of one call. */
export type CostOf = (prompt: StreamPrompt, tier: Tier) => number

export function always(tier: Tier, stream: readonly StreamPrompt[], costOf: CostOf): PolicyResult {
  return {
    name: `always ${tier}`,
    spentUsd: sum(stream.map((prompt) => costOf(prompt, tier))),
    right: stream.map((prompt) => prompt[tier]),
  }
}

/** The strong model, and its answer again for the very same prompt. */
export function exactCacheAlone(stream: readonly StreamPrompt[], costOf: CostOf): PolicyResult {
  const asked = new Set<string>()
  const costs = stream.map((prompt) => {
    if (asked.has(prompt.prompt)) return 0
    asked.add(prompt.prompt)
    return costOf(prompt, 'strong')
  })
  return { name: 'always strong, exact cache', spentUsd: sum(costs), right: stream.map(({ strong }) => strong) }
}

/** Knows which answers are right, and which prompts ask the same: nobody can do better. */
export function oracle(stream: readonly StreamPrompt[], costOf: CostOf): PolicyResult {
  const known = new Map<string, number>()
  let spentUsd = 0
  const right = stream.map((prompt) => {
    const before = known.get(prompt.group)
    if (before === 1) return 1
    const tier: Tier = prompt.cheap >= prompt.strong ? 'cheap' : 'strong'
    // What both get wrong is asked of the cheap one, once.
    if (before === undefined || prompt[tier] === 1) spentUsd += costOf(prompt, tier)
    known.set(prompt.group, prompt[tier])
    return prompt[tier]
  })
  return { name: 'oracle', spentUsd, right }
}

export interface Served {
  readonly stream: readonly StreamPrompt[]
  readonly replayed: readonly Replayed[]
  readonly strongModel: string
  readonly groupOf: (text: string) => string | undefined
}

const LOTS = 200

/**
 * The gateway's own cache, hit for hit, with as many strong calls, but by lot: what its classifier is worth. The mean of
 * many lots.
 */
export function costMatchedShuffle(served: Served, costOf: CostOf, seed: number): PolicyResult {
  const { stream } = served
  const sources = sourcesOf(served)
  const calls = sources.flatMap((source, at) => (source === at ? [at] : []))
  const strongCalls = calls.filter((at) => served.replayed[at]?.model === served.strongModel).length
  const random = createRandom(seed)
  const right = stream.map(() => 0)
  let spentUsd = 0
  for (let lot = 0; lot < LOTS; lot += 1) {
    const strong = new Set(shuffle(calls, random).slice(0, strongCalls))
    const tierOf = (at: number): Tier => (strong.has(at) ? 'strong' : 'cheap')
    for (const at of calls) spentUsd += costAt(stream, at, tierOf(at), costOf) / LOTS
    for (const [at, source] of sources.entries()) {
      const fits = source !== undefined && stream[source]?.group === stream[at]?.group
      if (fits) right[at] = (right[at] ?? 0) + (stream[source]?.[tierOf(source)] ?? 0) / LOTS
    }
  }
  return { name: 'same cache, shuffled routing', spentUsd, right }
}

/** Of each request the one whose call answered it, itself for a miss; undefined: a hit whose origin does not show. */
function sourcesOf({ groupOf, replayed, stream }: Served): readonly (number | undefined)[] {
  const byPrompt = new Map<string, number>()
  const byGroup = new Map<string, number>()
  return stream.map((prompt, at) => {
    const answer = replayed[at]
    const isCall = answer !== undefined && answer.cache !== 'HIT' && answer.cache !== 'JOIN'
    if (isCall) {
      byPrompt.set(prompt.prompt, at)
      byGroup.set(prompt.group, at)
      return at
    }
    const group = answer === undefined ? undefined : groupOf(answer.text)
    return answer?.kind === 'semantic' ? byGroup.get(group ?? prompt.group) : byPrompt.get(prompt.prompt)
  })
}

function costAt(stream: readonly StreamPrompt[], at: number, tier: Tier, costOf: CostOf): number {
  const prompt = stream[at]
  return prompt === undefined ? 0 : costOf(prompt, tier)
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
