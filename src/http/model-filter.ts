/** Which models a key may use, from its list in the configuration. */
export interface ModelFilter {
  /** May the client ask for this name? */
  readonly mayUse: (name: string) => boolean
  /** May the client, who asks for `asked`, get an answer of the model with this id? */
  readonly mayAnswer: (asked: string, id: string) => boolean
}

const ROUTED = 'auto'

export const ANY_MODEL: ModelFilter = { mayUse: () => true, mayAnswer: () => true }

/**
 * Whoever may use `auto` and some models gets answers of those alone: the list says what the key is good for. With no model
 * beside it, `auto` may choose any.
 *
 * @param patterns names, each may end in `*`
 */
export function createModelFilter(
  patterns: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): ModelFilter {
  if (patterns.includes('*')) return ANY_MODEL
  const targetOf = (name: string): string => (Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name)
  const models = patterns.map(targetOf).filter((name) => name !== ROUTED)
  const mayUse = (name: string): boolean => patterns.some((pattern) => matches(pattern, name))
  const isListed = (id: string): boolean => mayUse(id) || models.some((pattern) => matches(pattern, id))
  return {
    mayUse,
    mayAnswer(asked, id) {
      if (isListed(id)) return true
      return mayUse(asked) && (targetOf(asked) !== ROUTED || models.length === 0)
    },
  }
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
}
