import { elementSpans, memberSpan, spanOfJson } from '../../core/json-slice.js'
import { spliceTopLevel } from '../../core/json-splice.js'

/** Something in an assistant message that this dialect itself put into an earlier answer of another family. */
export interface Mark {
  readonly message: number
  readonly block: number
  /** A thinking block of another family, or the member of a call that holds Gemini's signature. */
  readonly what: 'block' | 'extra_content'
}

/**
 * The request without our marks. Anthropic refuses them, so a conversation that moves there from another family would
 * fail on what we wrote. Every other byte of the messages stays.
 */
export function unmarkRaw(raw: string, marks: readonly Mark[]): string {
  if (marks.length === 0) return raw
  const byMessage = new Map<number, Map<number, Mark['what']>>()
  for (const { message, block, what } of marks) {
    const blocks = byMessage.get(message) ?? new Map<number, Mark['what']>()
    byMessage.set(message, blocks.set(block, what))
  }

  const messages = elementsOfMember(raw, 'messages').flatMap((message, index) => {
    const blocks = byMessage.get(index)
    return blocks === undefined ? [message] : unmarkMessage(message, blocks)
  })
  return spliceTopLevel(raw, { messages: `[${messages.join(',')}]` })
}

/** None when nothing is left of it: a message must not be empty. */
function unmarkMessage(message: string, marks: ReadonlyMap<number, Mark['what']>): readonly string[] {
  const blocks = elementsOfMember(message, 'content').flatMap((block, index) => {
    const what = marks.get(index)
    if (what === undefined) return [block]
    return what === 'block' ? [] : [spliceTopLevel(block, { extra_content: undefined })]
  })
  return blocks.length === 0 ? [] : [spliceTopLevel(message, { content: `[${blocks.join(',')}]` })]
}

function elementsOfMember(text: string, name: string): readonly string[] {
  const span = memberSpan(text, spanOfJson(text), name)
  return span === undefined ? [] : elementSpans(text, span).map(({ start, end }) => text.slice(start, end))
}
