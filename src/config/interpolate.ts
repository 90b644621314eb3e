import type { Finding } from './config-error.js'
import { type ConfigPath, pathKey } from './config-path.js'

export type Environment = Readonly<Record<string, string | undefined>>

export interface Interpolated {
  readonly tree: unknown
  /** Paths (as `pathKey`) of the scalars that held a variable: they may turn out to be numbers or booleans. */
  readonly replaced: ReadonlySet<string>
  /** Values of variables whose names speak of secrets: not to be shown in any message. */
  readonly secrets: readonly string[]
  /** Variables that a provider's key needs and that are not set, by provider name. */
  readonly missingKeys: ReadonlyMap<string, readonly string[]>
  readonly problems: readonly Finding[]
}

const SECRET_NAME = /key|token|secret|pass|pwd|credential|auth|private|hash/i

/**
 * Replaces `${NAME}` and `${NAME:-default}` in the text scalars of a parsed tree, never in keys; `$${` stands for a
 * plain `${`. An empty variable takes the default, as in a shell. What comes from a variable is not looked at again.
 */
export function interpolate(tree: unknown, env: Environment): Interpolated {
  const replaced = new Set<string>()
  const secrets = new Set<string>()
  const missingKeys = new Map<string, string[]>()
  const problems: Finding[] = []

  function walk(value: unknown, path: ConfigPath): unknown {
    if (typeof value === 'string') return value.includes('${') ? scalar(value, path) : value
    if (Array.isArray(value)) {
      const items = value.map((item, index) => walk(item, [...path, index]))
      // Of several keys, those that are not set are simply not there.
      return isProviderKey([...path, 0]) ? items.filter((item) => item !== undefined) : items
    }
    if (!isMapping(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])]))
  }

  function scalar(text: string, path: ConfigPath): string | undefined {
    const mayBeUnset = isProviderKey(path)
    const reader: Reader = {
      env,
      emptyIsUnset: mayBeUnset,
      unset: new Set(),
      onValue: (name, value) => {
        if (SECRET_NAME.test(name) && value.length >= 6) secrets.add(value)
      },
    }
    const result = readText(text, reader)
    if (result === undefined) {
      problems.push({
        at: path,
        expected: `a variable like \${NAME} or \${NAME:-default}`,
        found: 'a "${" that starts neither',
        hint: 'Write "$${" for a plain "${".',
      })
      return undefined
    }
    if (reader.unset.size === 0) {
      if (result.replaced) replaced.add(pathKey(path))
      return result.text
    }
    if (mayBeUnset) {
      const name = String(path[1])
      missingKeys.set(name, [...(missingKeys.get(name) ?? []), ...reader.unset])
      return undefined
    }
    for (const name of reader.unset) {
      problems.push({
        at: path,
        expected: `the environment variable ${name} to be set`,
        found: 'it is not set',
        hint: `Write "\${${name}:-default}" for a value to use then.`,
      })
    }
    return undefined
  }

  return { tree: walk(tree, []), replaced, secrets: [...secrets], missingKeys, problems }
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

/** `providers.*.apiKey` and `providers.*.apiKeys[*]`. */
function isProviderKey(path: ConfigPath): boolean {
  if (path[0] !== 'providers') return false
  return path.length === 3 ? path[2] === 'apiKey' : path.length === 4 && path[2] === 'apiKeys'
}

interface Reader {
  readonly env: Environment
  readonly emptyIsUnset: boolean
  readonly unset: Set<string>
  readonly onValue: (name: string, value: string) => void
}

/** `undefined`: there is a `${` that no variable follows. */
function readText(text: string, reader: Reader): { text: string; replaced: boolean } | undefined {
  let result = ''
  let replaced = false
  let at = 0
  while (at < text.length) {
    if (text.startsWith('$${', at)) {
      result += '${'
      at += 3
    } else if (text.startsWith('${', at)) {
      const end = closingBrace(text, at + 2)
      const value = end === undefined ? undefined : readReference(text.slice(at + 2, end), reader)
      if (end === undefined || value === undefined) return undefined
      result += value
      replaced = true
      at = end + 1
    } else {
      result += text[at]
      at += 1
    }
  }
  return { text: result, replaced }
}

/** The brace that ends a reference; references may stand in its default. */
function closingBrace(text: string, from: number): number | undefined {
  let depth = 1
  for (let at = from; at < text.length; at += 1) {
    if (text.startsWith('${', at) && text[at - 1] !== '$') depth += 1
    else if (text[at] === '}') {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return undefined
}

function readReference(reference: string, reader: Reader): string | undefined {
  const [, name, separator, fallback] = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:-)([\s\S]*))?$/.exec(reference) ?? []
  if (name === undefined) return undefined
  const value = Object.hasOwn(reader.env, name) ? reader.env[name] : undefined
  if (value !== undefined && value !== '') {
    reader.onValue(name, value)
    return value
  }
  if (separator !== undefined) return readText(fallback ?? '', reader)?.text
  if (value === undefined || reader.emptyIsUnset) reader.unset.add(name)
  return ''
}
