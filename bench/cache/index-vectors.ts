import { DIMENSION, embedPrompts } from './embed-prompts.js'
import { createDraw, noisePrompt, recombinePrompts, varyPrompts } from './varied-prompts.js'

export interface Vectors {
  readonly count: number
  at(n: number): Float32Array
}

/** `noised`: of prompts that are there, what a cache is asked again. `recombined`: what it has nothing for. */
export const QUERY_KINDS = ['noised', 'recombined'] as const
export type QueryKind = (typeof QUERY_KINDS)[number]

const ENTRIES_SEED = 1
const QUERIES_SEED = 2

export async function makeEntries(prompts: readonly string[], count: number): Promise<Vectors> {
  const varied = varyPrompts(spread(prompts), count, createDraw(ENTRIES_SEED))
  return viewsOf(await embedPrompts([...varied], 'entries'), count)
}

/** For an index of so many entries. */
export async function makeQueries(
  prompts: readonly string[],
  { kind, entryCount, count }: { readonly kind: QueryKind; readonly entryCount: number; readonly count: number },
): Promise<Vectors> {
  const draw = createDraw(QUERIES_SEED)
  const there = spread(prompts).slice(0, entryCount)
  const make = (): string => (kind === 'noised' ? noisePrompt(there, draw) : recombinePrompts(prompts, draw))
  return viewsOf(await embedPrompts(Array.from({ length: count }, make), kind), count)
}

/** Files are often sorted: neighbours come from all over it. */
function spread(prompts: readonly string[]): readonly string[] {
  const draw = createDraw(0)
  const order = prompts.map((prompt) => ({ prompt, key: draw(2 ** 31) }))
  return order.sort((a, b) => a.key - b.key).map(({ prompt }) => prompt)
}

function viewsOf(vectors: Float32Array, count: number): Vectors {
  return { count, at: (n) => vectors.subarray(n * DIMENSION, (n + 1) * DIMENSION) }
}
