import type { Finding } from './config-error.js'
import { type ConfigPath, pathKey, valueAt } from './config-path.js'
import { dropRepeated, type ExplainContext, explainIssues, issuePath, wrongPlaces } from './explain-issues.js'
import { configSchema, type ParsedConfig } from './schema.js'
import { schemaAt } from './schema-lookup.js'
import { createPruner } from './tree-pruner.js'

export interface Validated {
  /** Complete, also when there are problems: what was wrong has its default then, so that other checks can go on. */
  readonly config: ParsedConfig
  readonly problems: readonly Finding[]
  /** Where a value of `config` stands in the tree: list items that were wrong are missing from `config`. */
  readonly originalPath: (path: ConfigPath) => ConfigPath
}

/**
 * Checks a tree against the schema and fills in the defaults.
 * @param convertible paths (`pathKey`) of texts that came from variables: where a number or a boolean belongs, they
 * are read as one
 */
export function validateTree(input: unknown, convertible: ReadonlySet<string>, secrets: readonly string[]): Validated {
  const tree = withoutEmptySections(input, [])
  let result = configSchema.safeParse(tree)
  if (
    !result.success &&
    convertVariables(
      tree,
      result.error.issues.flatMap((issue) => wrongPlaces(issue)),
      convertible,
    )
  ) {
    result = configSchema.safeParse(tree)
  }
  if (result.success) return { config: result.data, problems: [], originalPath: (path) => path }
  const context: ExplainContext = { tree: structuredClone(tree), secrets }
  const problems = dropRepeated(explainIssues(result.error.issues, context))
  return { ...parseWhatIsRight(tree), problems }
}

/** `server:` with nothing below it is a section whose keys are all commented out. */
function withoutEmptySections(value: unknown, path: ConfigPath): unknown {
  if (Array.isArray(value)) return value.map((item, index) => withoutEmptySections(item, [...path, index]))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  const kept = Object.entries(value).filter(([key, item]) => item !== null || !isSection([...path, key]))
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutEmptySections(item, [...path, key])]))
}

/** Only what may be left out: an entry of `providers` without content is no section. */
function isSection(path: ConfigPath): boolean {
  const key = String(path.at(-1))
  const parent = schemaAt(path.slice(0, -1))
  const node = parent?.properties?.[key]
  const isOptional = parent?.required?.includes(key) !== true
  return isOptional && (node?.type === 'object' || node?.type === 'array')
}

function convertVariables(tree: unknown, places: readonly ConfigPath[], convertible: ReadonlySet<string>): boolean {
  let changed = false
  for (const path of places) {
    const value = valueAt(tree, path)
    if (typeof value !== 'string' || !convertible.has(pathKey(path))) continue
    const scalar = readScalar(value)
    const parent = valueAt(tree, path.slice(0, -1))
    const key = path.at(-1)
    if (scalar === value || key === undefined || typeof parent !== 'object' || parent === null) continue
    Reflect.set(parent, key, scalar)
    changed = true
  }
  return changed
}

/** A text as YAML would have read it without quotes, as far as the configuration has use for it. */
function readScalar(text: string): string | number | boolean | null {
  const plain = text.trim()
  if (/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain)) return Number(plain)
  if (/^(?:true|True|TRUE)$/.test(plain)) return true
  if (/^(?:false|False|FALSE)$/.test(plain)) return false
  return /^(?:|~|null|Null|NULL)$/.test(plain) ? null : text
}

/** Removes what is wrong, then what is incomplete without it, until the rest is a configuration. */
function parseWhatIsRight(tree: unknown): Omit<Validated, 'problems'> {
  const pruner = createPruner(tree)
  for (;;) {
    const result = configSchema.safeParse(tree)
    if (result.success) return { config: result.data, originalPath: pruner.originalPath }
    const wrong = result.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issuePath(issue), key]) : [issuePath(issue)],
    )
    // Each round makes the tree smaller, and an empty one is valid.
    if (!pruner.remove(wrong)) return { config: configSchema.parse({}), originalPath: pruner.originalPath }
  }
}
