import type * as z from 'zod'
import type { Finding } from './config-error.js'
import { type ConfigPath, formatPath, pathKey, valueAt } from './config-path.js'
import { describeKey, describeValue } from './describe-value.js'
import { expectation, keyHint, knownKeys, nearest, schemaAt } from './schema-lookup.js'

type Issue = z.core.$ZodIssue

export interface ExplainContext {
  readonly tree: unknown
  readonly secrets: readonly string[]
}

/** What the validator reports → our words. */
export function explainIssues(issues: readonly Issue[], context: ExplainContext): readonly Finding[] {
  return issues.flatMap((issue) => explain(issue, [], context))
}

function explain(issue: Issue, base: ConfigPath, context: ExplainContext): readonly Finding[] {
  const at = [...base, ...issuePath(issue)]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(at, key))
    case 'invalid_key':
      return [invalidKey(at)]
    case 'invalid_union': {
      const branch = likelyBranch(issue, at, context.tree)
      return branch === undefined ? [wrongValue(at, context)] : branch.flatMap((inner) => explain(inner, at, context))
    }
    default:
      return [wrongValue(at, context)]
  }
}

export function issuePath(issue: Issue): ConfigPath {
  return issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
}

function wrongValue(at: ConfigPath, { tree, secrets }: ExplainContext): Finding {
  const node = schemaAt(at)
  const value = valueAt(tree, at)
  const hint = valueHint(value, at)
  return {
    at,
    expected: expectation(node),
    found: describeValue(value, at, secrets),
    ...(hint !== undefined && { hint }),
  }
}

function valueHint(value: unknown, at: ConfigPath): string | undefined {
  const node = schemaAt(at)
  const kinds = [node, ...(node?.anyOf ?? [])]
  const types = kinds.flatMap((kind) => kind?.type ?? [])
  if (typeof value === 'number' && types.includes('string') && !types.includes('number')) return 'Put it in quotes.'
  if (value === false && kinds.some((kind) => kind?.enum?.includes('off'))) return 'Write "off" in quotes.'
  if (typeof value !== 'string') return undefined
  if (types.includes('boolean') && /^(?:yes|no|on|off|y|n)$/i.test(value)) {
    return `Write ${/^(?:yes|on|y)$/i.test(value)}.`
  }
  if ((types.includes('integer') || types.includes('number')) && /^-?\d+(?:\.\d+)?$/.test(value)) {
    return 'Remove the quotes.'
  }
  if (formatPath(at) === 'server.host' && /:\d+$/.test(value)) return 'The port goes to server.port.'
  const choices = kinds.flatMap((kind) => kind?.enum ?? [])
  const near = nearest(
    value,
    choices.filter((choice) => typeof choice === 'string'),
  )
  return near === undefined ? undefined : `Did you mean "${near}"?`
}

function unknownKey(at: ConfigPath, key: string): Finding {
  const known = knownKeys(at)
  const hint = keyHint(at, key)
  return {
    at: [...at, key],
    expected: known.length === 0 ? 'no such key' : `one of the keys ${known.join(', ')}`,
    found: `the unknown key "${describeKey(key)}"`,
    ...(hint !== undefined && { hint }),
  }
}

function invalidKey(at: ConfigPath): Finding {
  const key = String(at.at(-1))
  return {
    at,
    expected: expectation(schemaAt(at.slice(0, -1))?.propertyNames),
    found: `the key "${describeKey(key)}"`,
  }
}

/** Of several shapes, the one that the value obviously means: it has the right keys and something in them is wrong. */
function likelyBranch(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  at: ConfigPath,
  tree: unknown,
): readonly Issue[] | undefined {
  const value = valueAt(tree, at)
  if (typeof value !== 'object' || value === null) return undefined
  const fitting = issue.errors.filter((branch) =>
    branch.every((inner) => inner.code !== 'unrecognized_keys' && valueAt(value, issuePath(inner)) !== undefined),
  )
  const [only, ...others] = fitting
  if (only !== undefined && others.length === 0) return only
  const keys = Object.keys(value)
  const known = knownKeys(at)
  const unknown = keys.filter((key) => !known.includes(key))
  if (unknown.length === 0) return undefined
  return [{ code: 'unrecognized_keys', keys: unknown, path: [], message: '' }]
}

/** Every place inside an issue where a value was not what it should be. */
export function wrongPlaces(issue: Issue, base: ConfigPath = []): readonly ConfigPath[] {
  const at = [...base, ...issuePath(issue)]
  if (issue.code === 'invalid_union') {
    return [at, ...issue.errors.flatMap((branch) => branch.flatMap((inner) => wrongPlaces(inner, at)))]
  }
  return [at]
}

export function dropRepeated(problems: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>()
  return problems.filter(({ at, found }) => {
    const key = `${pathKey(at)} ${found}`
    return !seen.has(key) && seen.add(key)
  })
}
