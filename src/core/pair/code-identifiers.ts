import type { PromptReading } from '../text/read-prompt.js'
import type { Missing } from './missing-items.js'

/** Identifiers of code (camelCase, snake_case, calls, paths, flags, file names, error codes) the other side lacks. */
export function missingIdentifiers(a: PromptReading, b: PromptReading): Missing {
  const [inA, inB] = [identifiersIn(a.text), identifiersIn(b.text)]
  if (inA.size === 0 && inB.size === 0) return { fromA: 0, fromB: 0 }
  return { fromA: countMissing(inB, inA, a), fromB: countMissing(inA, inB, b) }
}

/** "get user name" has `getUserName`: compared without separators, and with neighbouring words joined. */
function countMissing(
  identifiers: ReadonlySet<string>,
  known: ReadonlySet<string>,
  { written }: PromptReading,
): number {
  const words = new Set<string>()
  const spoken = written.filter(({ kind }) => kind !== 'sign')
  for (const at of spoken.keys()) {
    let joined = ''
    for (const token of spoken.slice(at, at + 4)) {
      joined += token.form
      words.add(joined)
    }
  }
  return [...identifiers].filter((identifier) => !known.has(identifier) && !words.has(identifier)).length
}

function identifiersIn(text: string): Set<string> {
  const found = new Set<string>()
  for (const pattern of PATTERNS) {
    for (const [match] of text.matchAll(pattern)) {
      // Flags keep their dashes: `-r` is not "r".
      const bare = match.startsWith('-') ? match.toLowerCase() : match.toLowerCase().replace(SEPARATORS, '')
      if (bare !== '') found.add(bare)
    }
  }
  return found
}

const SEPARATORS = /[\s_.()\-'`]/g

// Every run is bounded and starts at a boundary, so that no text costs more than its length times a constant.
const PATTERNS = [
  /\b[a-z]{1,40}[A-Z][A-Za-z0-9]{0,60}\b/g, // camelCase
  /\b[A-Z][a-z0-9]{1,40}[A-Z][A-Za-z0-9]{0,60}\b/g, // PascalCase
  /\b[A-Za-z0-9]{1,40}_[A-Za-z0-9_]{1,60}\b/g, // snake_case
  /\b[A-Za-z]\w{0,40}(?:\.[A-Za-z]\w{0,40}){0,4}\(/g, // call(
  /\b[A-Za-z_]\w{1,40}\.[a-z]\w{1,40}\b/g, // os.walk
  /(?<=^|\s)(?:-[A-Za-z]{1,3}\b|--[A-Za-z][\w-]{0,40})(?!\w)/g, // -r, --flag
  /(?<=^|[\s"'(])(?:~|\.{1,2})?(?:\/[\w.-]{1,60}){1,12}/g, // /a/path
  /\b[A-Za-z]:\\[^\s"']{1,200}/g, // C:\path
  /\b[\w-]{1,60}\.(?:js|ts|py|rb|go|rs|java|c|cpp|h|cs|php|html|css|json|xml|ya?ml|toml|csv|txt|md|sql|sh|exe|dll|log|env|lock|conf|ini)\b/g,
  /\b0x[0-9A-Fa-f]{1,16}\b/g,
  /\b[A-Z]{1,8}-?\d{2,8}\b/g, // E1234, ORA-00942
  /\bE[A-Z]{3,14}\b/g, // ENOENT
  /\bhttps?:\/\/[^\s"'<>]{1,300}/g,
  /\b[\w.+-]{1,60}@[\w-]{1,60}\.[\w.-]{1,60}/g, // an address
  /(?<=^|\s)[@#$][A-Za-z]\w{0,40}/g, // @decorator, $variable
]
