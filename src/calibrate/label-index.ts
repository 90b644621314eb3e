import type { Labels } from './read-labels.js'

/** Looks up what the labels say of two texts, and which texts hang together. */
export interface LabelIndex {
  /** Of a pair row about these two texts, whichever comes first; the last one wins. Else whether their groups agree. */
  isSame(a: string, b: string): boolean
  /** How likely `isSame` is wrong; 0 for what a pair row says. */
  doubtOf(a: string, b: string): number
  /**
   * Texts with one number were compared to each other, directly or over others, or share a group: they are on one side
   * of every split and count as one observation of the rest of the world. Numbers do not depend on the order of rows.
   */
  clusterOf(text: string): number
  groupOf(text: string): string | undefined
}

export function indexLabels({ doubts, pairs, stream, ties }: Labels): LabelIndex {
  const verdicts = new Map<string, boolean>()
  for (const { a, b, same } of pairs) verdicts.set(pairKey(a, b), same)
  const doubtful = new Map(doubts.map(({ a, b, doubt }) => [pairKey(a, b), doubt]))
  const groups = new Map(stream.map(({ text, group }) => [text, group]))
  const links = [
    ...pairs.map(({ a, b }) => [textNode(a), textNode(b)] as const),
    ...stream.map(({ text, group }) => [textNode(text), groupNode(group)] as const),
    ...[...ties].map(([text, group]) => [textNode(text), groupNode(group)] as const),
  ]
  const roots = rootsOf(links)
  const numbers = new Map([...new Set(roots.values())].toSorted().map((root, index) => [root, index]))
  return {
    isSame: (a, b) => verdicts.get(pairKey(a, b)) ?? (groups.has(a) && groups.get(a) === groups.get(b)),
    doubtOf: (a, b) => (verdicts.has(pairKey(a, b)) ? 0 : (doubtful.get(pairKey(a, b)) ?? 0)),
    clusterOf: (text) => numbers.get(roots.get(textNode(text)) ?? '') ?? -1,
    groupOf: (text) => groups.get(text),
  }
}

const pairKey = (a: string, b: string): string => JSON.stringify(a < b ? [a, b] : [b, a])
const textNode = (text: string): string => `text ${text}`
const groupNode = (group: string): string => `group ${group}`

/** Each node's representative: the first of its component in the order of the alphabet. */
function rootsOf(links: readonly (readonly [string, string])[]): Map<string, string> {
  const parents = new Map<string, string>()
  const find = (node: string): string => {
    let root = node
    for (let parent = parents.get(root); parent !== undefined; parent = parents.get(root)) root = parent
    // The way there becomes short for the next who asks.
    for (let at = node; at !== root; ) {
      const next = parents.get(at) ?? root
      parents.set(at, root)
      at = next
    }
    return root
  }
  for (const [a, b] of links) {
    const [low, high] = [find(a), find(b)].toSorted()
    if (low !== undefined && high !== undefined && low !== high) parents.set(high, low)
  }
  return new Map(links.flat().map((node) => [node, find(node)]))
}
