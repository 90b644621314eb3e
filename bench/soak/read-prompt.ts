export interface ReadPrompt {
  readonly prompt: string
  readonly hasTools: boolean
  readonly isStream: boolean
}

/** Of a request in the format of any of the three providers. */
export function readPrompt(path: string, body: string): ReadPrompt {
  const json: unknown = JSON.parse(body)
  const field = (name: string): unknown =>
    typeof json === 'object' && json !== null ? Reflect.get(json, name) : undefined
  const turns = field('messages') ?? field('contents')
  return {
    prompt: Array.isArray(turns) ? textOf(turns.at(-1)) : '',
    hasTools: Array.isArray(field('tools')),
    isStream: field('stream') === true || path.includes('streamGenerateContent'),
  }
}

function textOf(turn: unknown): string {
  if (typeof turn !== 'object' || turn === null) return ''
  const content: unknown = 'content' in turn ? turn.content : Reflect.get(turn, 'parts')
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: unknown) => (hasText(part) ? part.text : '')).join('')
}

function hasText(part: unknown): part is { readonly text: string } {
  return typeof part === 'object' && part !== null && typeof Reflect.get(part, 'text') === 'string'
}
