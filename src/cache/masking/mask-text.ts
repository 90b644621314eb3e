import type { Letters, MaskedPart, MaskedPrompt, MaskedWord, Script, Spelled } from './masked-prompt.js'

/** Before each word or number and behind it; what stands between them has no letter and no control character. */
const [OPEN, CLOSE] = ['\u0001', '\u0002']
const SEPARATOR = '\u0003'

/** A masked prompt as one line: as objects fifty thousand of them would fill the memory. */
export function renderMask({ key, parts }: MaskedPrompt): string {
  return key + OPEN + parts.map(renderPart).join('')
}

function renderPart(part: MaskedPart): string {
  if (typeof part === 'string') return part
  const fields = 'digits' in part ? [part.digits, part.length] : wordFields(part)
  return OPEN + fields.join(SEPARATOR) + CLOSE
}

function wordFields({ degree, length, letters, negated, script, stem, turn, word }: MaskedWord): readonly unknown[] {
  return [
    ...[word, length, turn, letters === 'lower' ? '' : letters, script === 'latin' ? '' : script],
    ...(stem === undefined ? [] : [stem.of, ...spelledFields(stem.spelled)]),
    ...(negated === undefined ? [] : [`-${negated.prefix}`, negated.of]),
    ...(degree === undefined ? [] : ['+', degree.of, ...spelledFields(degree.spelled)]),
  ]
}

const spelledFields = ({ cut, ending, length }: Spelled): readonly unknown[] => [length, cut, ending]

/** Undefined: nothing that `renderMask` made. */
export function parseMask(text: string): MaskedPrompt | undefined {
  const [key = '', opening, ...pieces] = text.split(OPEN)
  if (key === '' || opening === undefined) return undefined
  const parts: (MaskedPart | undefined)[] = [opening, ...pieces.flatMap(parsePiece)]
  return parts.every((part) => part !== undefined) ? { key, parts } : undefined
}

/** A word or a number, and what stands behind it. */
function parsePiece(piece: string): readonly (MaskedPart | undefined)[] {
  const end = piece.indexOf(CLOSE)
  return end === -1 ? [undefined] : [parseFields(piece.slice(0, end).split(SEPARATOR)), piece.slice(end + 1)]
}

function parseFields(fields: readonly string[]): MaskedPart | undefined {
  const [digest = '', length = '', ...rest] = fields
  if (digest === '' || !isCount(length)) return undefined
  if (rest.length === 0) return { digits: digest, length: Number(length) }
  const [turn = '', letters = '', script = '', ...more] = rest
  if (!isCount(turn) || !isLetters(letters) || !isScript(script)) return undefined
  const common = { word: digest, length: Number(length), turn: Number(turn) }
  const roots = parseRoots(more)
  return (
    roots && {
      ...common,
      letters: letters === '' ? 'lower' : letters,
      script: script === '' ? 'latin' : script,
      ...roots,
    }
  )
}

function parseRoots(fields: readonly string[]): Pick<MaskedWord, 'stem' | 'negated' | 'degree'> | undefined {
  if (fields.length === 0) return {}
  const stem = parseRoot(fields.slice(0, 4))
  let rest = fields.slice(4)
  const [prefix = '', of = ''] = rest
  const isNegated = prefix.startsWith('-')
  if (isNegated) rest = rest.slice(2)
  const degree = rest[0] === '+' ? parseRoot(rest.slice(1)) : undefined
  if (stem === undefined || (rest.length > 0 && degree === undefined) || (isNegated && of === '')) return undefined
  return {
    stem,
    ...(isNegated && { negated: { prefix: prefix.slice(1), of } }),
    ...(degree !== undefined && { degree }),
  }
}

function parseRoot([of = '', length = '', cut = '', ending]: readonly string[]): MaskedWord['stem'] {
  if (of === '' || !isCount(length) || !isCount(cut) || ending === undefined) return undefined
  return { of, spelled: { length: Number(length), cut: Number(cut), ending } }
}

const isCount = (text: string): boolean => /^\d{1,4}$/.test(text)
const isLetters = (text: string): text is Letters | '' => /^(?:capital|upper|error|mixed [lU]+)?$/.test(text)
const isScript = (text: string): text is Script | '' =>
  /^(?:cyrillic|greek|arabic|hebrew|devanagari|hangul)?$/.test(text)
