import { type Document, isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml'
import type { ConfigProblem, Finding } from './config-error.js'
import { type ConfigPath, formatPath } from './config-path.js'

export interface ParsedYaml {
  /** Plain data; `{}` for an empty file, and where the file could not be understood. */
  readonly tree: unknown
  readonly problems: readonly ConfigProblem[]
  /** The line on which the value at this path, or the nearest thing around it, is written. */
  readonly lineOf: (path: ConfigPath) => number | undefined
}

const MAX_FILE_CHARACTERS = 1_048_576
const MAX_ALIASES = 100
const MAX_VALUES = 100_000
const MAX_DEPTH = 32
const MAX_UNPARSED_DEPTH = 200
const MAX_PROBLEMS = 20

/** Our own words for what the parser reports: its messages quote the text, and that may be a key. */
const SYNTAX_ERRORS: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'an alias with an anchor or a tag of its own',
  BAD_ALIAS: 'a malformed alias',
  BAD_DIRECTIVE: 'a malformed % directive',
  BAD_DQ_ESCAPE: 'an unknown \\ escape in a double-quoted text',
  BAD_INDENT: 'a line that is indented wrongly, or a bracket that is not closed',
  BAD_SCALAR_START: 'a text that starts with a reserved character and needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second "key: value" on one line',
  BLOCK_IN_FLOW: 'a block within [ ] or { }',
  DUPLICATE_KEY: 'a key that stands there twice',
  MISSING_CHAR: 'a missing character: a closing quote or bracket, or ": " after a key',
  MULTILINE_IMPLICIT_KEY: 'a key that goes over several lines, or lacks its ": "',
  NON_STRING_KEY: 'a key that is not a text',
  RESOURCE_EXHAUSTION: 'nesting that is too deep',
  TAB_AS_INDENT: 'a tab in the indentation',
  TAG_RESOLVE_FAILED: 'a tag that has no use here',
  UNEXPECTED_TOKEN: 'a character that does not belong here',
}

/** Bytes of a configuration file → plain data. Never throws, whatever the text. */
export function parseYaml(text: string): ParsedYaml {
  if (text.length > MAX_FILE_CHARACTERS) {
    return unusable({ path: 'file', expected: 'at most 1 MiB', found: `${text.length} characters` })
  }
  const tooDeep = firstTooDeepLine(text)
  if (tooDeep !== undefined) {
    return unusable({ path: 'file', expected: `at most ${MAX_DEPTH} levels`, found: 'far more', line: tooDeep })
  }
  const lines = new LineCounter()
  const options = { lineCounter: lines, merge: true, prettyErrors: false, stringKeys: true, logLevel: 'error' } as const
  let documents: readonly Document[]
  try {
    const parsed = parseAllDocuments(text, options)
    documents = Array.isArray(parsed) ? parsed : []
  } catch {
    return unusable({ path: 'file', expected: 'valid YAML', found: 'a text the parser gave up on' })
  }
  const [document, second] = documents
  if (document === undefined) return { tree: {}, problems: [], lineOf: () => undefined }

  const faults = [...document.errors, ...document.warnings]
  if (faults.length > 0) return unusable(...syntaxProblems(faults, lines, text))
  if (second !== undefined) {
    const line = lines.linePos(second.range?.[0] ?? 0).line
    return unusable({ path: 'file', expected: 'one YAML document', found: 'several, divided by "---"', line })
  }
  return toPlainData(document, lines)
}

/**
 * The parser recurses once for each level, and a process that runs out of stack within a regular expression dies
 * (V8: "RegExpCompiler Allocation failed") instead of throwing. So bracket depth, indentation and indicators are
 * counted first, without regard to quotes: no configuration comes near this bound either way.
 */
function firstTooDeepLine(text: string): number | undefined {
  let brackets = 0
  const found = text.split('\n').findIndex((line) => {
    if (line.trimStart().startsWith('#')) return false
    let levels = line.length - line.trimStart().length
    for (let at = 0; at < line.length; at += 1) {
      const character = line.charCodeAt(at)
      if (character === 0x5b || character === 0x7b) brackets += 1
      else if (character === 0x5d || character === 0x7d) brackets = Math.max(0, brackets - 1)
      else if (character === 0x2d || character === 0x3a || character === 0x3f)
        levels += isLineSpace(line, at + 1) ? 1 : 0
      if (brackets + levels > MAX_UNPARSED_DEPTH) return true
    }
    return false
  })
  return found === -1 ? undefined : found + 1
}

/** Space, tab, carriage return or the end: what makes a dash, colon or question mark an indicator. */
function isLineSpace(line: string, at: number): boolean {
  const character = line.charCodeAt(at)
  return Number.isNaN(character) || character === 0x20 || character === 0x09 || character === 0x0d
}

function unusable(...problems: readonly ConfigProblem[]): ParsedYaml {
  return { tree: {}, problems, lineOf: () => undefined }
}

/** One for each line: what follows the first is mostly its consequence. */
function syntaxProblems(faults: readonly Fault[], lines: LineCounter, text: string): readonly ConfigProblem[] {
  const seen = new Set<number>()
  const problems: ConfigProblem[] = []
  for (const { code, pos } of faults) {
    const { line, col } = lines.linePos(pos[0])
    if (seen.has(line) || problems.length === MAX_PROBLEMS) continue
    seen.add(line)
    const hasVariable = code !== 'DUPLICATE_KEY' && text.split('\n')[line - 1]?.includes('${') === true
    problems.push({
      path: 'file',
      expected: 'valid YAML',
      found: `${SYNTAX_ERRORS[code] ?? 'something else'} at column ${col}`,
      ...(hasVariable && { hint: 'Within { } and [ ] a variable needs quotes.' }),
      line,
    })
  }
  return problems
}

interface Fault {
  readonly code: string
  readonly pos: readonly [number, number]
}

function toPlainData(document: Document, lines: LineCounter): ParsedYaml {
  const lineOf = createLineFinder(document, lines)
  let tree: unknown
  try {
    tree = document.toJS({ maxAliasCount: MAX_ALIASES })
  } catch {
    const found = 'an alias whose anchor does not stand before it, or far too many aliases'
    return unusable({ path: 'file', expected: 'aliases of known anchors', found })
  }
  if (tree === null || tree === undefined) return { tree: {}, problems: [], lineOf }
  if (typeof tree !== 'object' || Array.isArray(tree)) {
    const found = Array.isArray(tree) ? 'a list' : 'a single value'
    return unusable({ path: 'file', expected: 'a mapping of keys to values', found, line: 1 })
  }
  const problems = shapeProblems(tree).map(({ at, ...problem }) =>
    withLine({ ...problem, path: formatPath(at) }, lineOf(at)),
  )
  return problems.length > 0 ? { tree: {}, problems, lineOf } : { tree, problems, lineOf }
}

function withLine(problem: ConfigProblem, line: number | undefined): ConfigProblem {
  return line === undefined ? problem : { ...problem, line }
}

/** Things that would make it unsafe to walk the tree: cycles, bombs, depth, and the one key that is not like others. */
function shapeProblems(tree: object): readonly Finding[] {
  const problems: Finding[] = []
  const around = new Set<object>()
  let values = 0

  function visit(value: unknown, path: ConfigPath): void {
    values += 1
    if (typeof value !== 'object' || value === null || values > MAX_VALUES) return
    if (around.has(value)) {
      problems.push({ at: path, expected: 'a value', found: 'an alias of something it stands in' })
      return
    }
    if (path.length > MAX_DEPTH) {
      problems.push({ at: path.slice(0, 8), expected: `at most ${MAX_DEPTH} levels`, found: 'more' })
      return
    }
    around.add(value)
    if (Array.isArray(value)) {
      value.forEach((item, index) => {
        visit(item, [...path, index])
      })
    } else {
      for (const [key, item] of Object.entries(value)) {
        if (key === '__proto__') problems.push({ at: [...path, key], expected: 'a known key', found: 'an unknown one' })
        else visit(item, [...path, key])
      }
    }
    around.delete(value)
  }

  visit(tree, [])
  if (values > MAX_VALUES) problems.push({ at: [], expected: `at most ${MAX_VALUES} values`, found: 'more' })
  return problems.slice(0, MAX_PROBLEMS)
}

function createLineFinder(document: Document, lines: LineCounter): (path: ConfigPath) => number | undefined {
  return (path) => {
    let node: unknown = document.contents
    let offset: number | undefined
    for (const step of path) {
      if (isAlias(node)) node = node.resolve(document)
      if (isMap(node)) {
        // Merged keys stand elsewhere; the place of the mapping is then near enough.
        const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === step)
        if (pair === undefined) break
        offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset
        node = pair.value
      } else if (isSeq(node)) {
        node = node.items[Number(step)]
        if (node === undefined) break
        const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined
        offset = range?.[0] ?? offset
      } else {
        break
      }
    }
    return offset === undefined ? undefined : lines.linePos(offset).line
  }
}
