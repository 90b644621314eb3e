import type { ChatResponse } from '../chat-response.js'

/** What of an answer can be compared. */
export interface AnswerContent {
  /** Without list numbers and code fences; no more than `MOST_COMPARED` characters of it. */
  readonly text: string
  /** Lower case, letters and digits only, of the whole text: equal for texts that differ in typography alone. */
  readonly normal: string
  /** Each fenced block, without white space. */
  readonly code: readonly string[]
  /** Name and arguments with sorted keys, sorted: parallel calls have no order. */
  readonly toolCalls: readonly string[]
  readonly isRefusal: boolean
  /** It came to its own end, and nothing was filtered. */
  readonly isWhole: boolean
}

/** Reading more would keep the event loop busy; what answers say is mostly in their beginning. */
const MOST_COMPARED = 4000

/** Of the first choice; reasoning is not part of the answer. */
export function readAnswer({ choices }: ChatResponse): AnswerContent {
  const [choice] = choices
  const parts = choice?.parts ?? []
  const written = parts
    .flatMap((part) => (part.type === 'text' || part.type === 'refusal' ? [part.text] : []))
    .join('\n')
  return {
    text: plainText(written.slice(0, MOST_COMPARED)),
    normal: written
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim(),
    code: codeBlocks(written),
    toolCalls: parts.flatMap((part) => (part.type === 'tool-call' ? [callText(part.name, part.arguments)] : [])).sort(),
    isRefusal: parts.some(({ type }) => type === 'refusal'),
    isWhole: choice !== undefined && ENDED_WELL.has(choice.finishReason),
  }
}

const ENDED_WELL: ReadonlySet<string> = new Set(['stop', 'stop-sequence', 'tool-calls'])

/** The numbers of a list are no facts, and fences and stars no words. */
const plainText = (text: string): string =>
  text
    .replace(/^[ \t]{0,12}\d{1,3}[.)][ \t]+/gm, '')
    .replace(/```[\w+-]{0,20}|\*\*|`/g, ' ')
    // Digits in groups: 299 792 458, with any of the narrow spaces.
    .replace(/(?<=\d)[ \u00a0\u2009\u202f](?=\d{3}\b)/g, '')

function codeBlocks(text: string): readonly string[] {
  return text
    .split('```')
    .filter((_, at) => at % 2 === 1)
    .map((block) => block.replace(/^[\w+-]{0,20}\n/, '').replace(/\s+/g, ''))
}

function callText(name: string, args: string): string {
  return `${name} ${canonical(args)}`
}

function canonical(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), sortKeys)
  } catch {
    return json.trim()
  }
}

function sortKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
