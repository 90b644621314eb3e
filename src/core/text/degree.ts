/** The adjective under a comparative or superlative, with its ending: "spicier" → `spicy`, `er`; undefined for others. */
export function degreeOf(word: string): { readonly base: string; readonly ending: 'er' | 'est' } | undefined {
  const match = /^(\p{L}{3,14}?)(er|est)$/u.exec(word)
  if (match === null) return undefined
  const [, root = '', ending = ''] = match
  return { base: baseOf(root), ending: ending === 'est' ? 'est' : 'er' }
}

/** "spici" → `spicy`, "bigg" → `big`; "larg" stays as its stem is. */
function baseOf(root: string): string {
  if (root.endsWith('i')) return `${root.slice(0, -1)}y`
  return /([bdgmnpt])\1$/.test(root) ? root.slice(0, -1) : root
}
