import { isObject, type JsonObject } from '../../core/decode.js'
import { parseDirectives, type SimulatorDirectives, withoutDirective } from './directives.js'

/** A deterministic answer: the same model, prompt and seed give the same bytes. */
export interface SimulatedAnswer {
  readonly id: string
  readonly directives: SimulatorDirectives
  /** The text or the tool's arguments, cut into tokens. */
  readonly pieces: readonly string[]
  readonly tool: { readonly id: string; readonly name: string } | undefined
  readonly finishReason: string
  readonly promptTokens: number
}

const VOCABULARY =
  'the answer to this is simple when you look at each part in turn and check what it needs before you go on so start with a small step and then measure again because good results come from clear questions while most errors hide in plain sight'.split(
    ' ',
  )

/** Words are taken from the beginning of a prompt: nobody reads all of a book. */
const READ_CHARACTERS = 20_000

/** @param request the body of an OpenAI chat completion request */
export function composeAnswer(request: JsonObject): SimulatedAnswer {
  const messages = Array.isArray(request.messages) ? request.messages.filter(isObject) : []
  const conversation = messages.map((message) => textOf(message.content)).join('\n')
  const lastUser = textOf(messages.findLast((message) => message.role === 'user')?.content)
  const directives = parseDirectives(lastUser)
  const seed = typeof request.seed === 'number' ? request.seed : directives.seed
  const model = typeof request.model === 'string' ? request.model : ''
  const random = createRandom(`${model}\n${conversation}\n${seed}`)

  const id = `chatcmpl-sim${randomName(random)}`
  const promptTokens = countWords(conversation)
  const tool = directives.tool ?? forcedTool(request)
  if (tool !== undefined) {
    const args = JSON.stringify(exampleOf(toolSchema(request, tool), random))
    const call = { id: `call_sim${randomName(random)}`, name: tool }
    const finishReason = directives.finish ?? 'tool_calls'
    return { id, directives, pieces: args.match(/.{1,6}/gs) ?? [], tool: call, finishReason, promptTokens }
  }

  const wanted = directives.tokens ?? 12 + Math.floor(random() * 36)
  const words = composeWords(withoutDirective(lastUser), wanted, random)
  const format = isObject(request.response_format) ? request.response_format : undefined
  const structured = structuredAnswer(format, random)
  const whole = beforeStop(structured === undefined ? words : (structured.match(/.{1,6}/gs) ?? []), request.stop)
  const limit = tokenLimit(request)
  const cut = limit !== undefined && whole.length > limit
  const pieces = cut ? whole.slice(0, limit) : whole
  return {
    id,
    directives,
    pieces,
    tool: undefined,
    finishReason: directives.finish ?? (cut ? 'length' : 'stop'),
    promptTokens,
  }
}

function composeWords(prompt: string, count: number, random: () => number): string[] {
  const own =
    prompt
      .slice(0, READ_CHARACTERS)
      .match(/[\p{L}\p{N}][\p{L}\p{N}'-]{2,}/gu)
      ?.slice(0, 200) ?? []
  const words: string[] = []
  let sentenceLength = 0
  for (let i = 0; i < count; i += 1) {
    const fromPrompt = own.length > 0 && random() < 0.35
    const word = pick(fromPrompt ? own : VOCABULARY, random)
    const opening = sentenceLength === 0 ? word.charAt(0).toUpperCase() + word.slice(1) : word
    sentenceLength += 1
    const closes = i === count - 1 || (sentenceLength > 5 && random() < 0.15)
    words.push(`${i === 0 ? '' : ' '}${opening}${closes ? '.' : ''}`)
    if (closes) sentenceLength = 0
  }
  return words
}

function structuredAnswer(format: JsonObject | undefined, random: () => number): string | undefined {
  if (format?.type === 'json_object') return JSON.stringify({ answer: pick(VOCABULARY, random) })
  if (format?.type !== 'json_schema') return undefined
  const wrapper = isObject(format.json_schema) ? format.json_schema : {}
  return JSON.stringify(exampleOf(wrapper.schema, random))
}

/** A value that fits the common part of JSON Schema: types, enum, const, properties and items. */
function exampleOf(schema: unknown, random: () => number, depth = 0): unknown {
  if (!isObject(schema) || depth > 8) return depth === 0 ? {} : pick(VOCABULARY, random)
  if ('const' in schema) return schema.const
  const choices = schema.enum
  if (Array.isArray(choices) && choices.length > 0) return pick(choices, random)
  const alternatives = schema.anyOf ?? schema.oneOf
  if (Array.isArray(alternatives)) return exampleOf(alternatives[0], random, depth + 1)
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  switch (type) {
    case 'string':
      return pick(VOCABULARY, random)
    case 'integer':
      return Math.floor(random() * 100)
    case 'number':
      return Math.floor(random() * 1000) / 10
    case 'boolean':
      return random() < 0.5
    case 'null':
      return null
    case 'array':
      return [exampleOf(schema.items, random, depth + 1), exampleOf(schema.items, random, depth + 1)]
    default: {
      const properties = isObject(schema.properties) ? schema.properties : {}
      return Object.fromEntries(
        Object.entries(properties).map(([key, value]) => [key, exampleOf(value, random, depth + 1)]),
      )
    }
  }
}

function toolSchema(request: JsonObject, name: string): unknown {
  const tools = Array.isArray(request.tools) ? request.tools.filter(isObject) : []
  const functions = tools.map((tool) => tool.function).filter(isObject)
  return functions.find((candidate) => candidate.name === name)?.parameters
}

function tokenLimit(request: JsonObject): number | undefined {
  const limit = request.max_completion_tokens ?? request.max_tokens
  return typeof limit === 'number' ? limit : undefined
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .filter(isObject)
    .map((part) => (typeof part.text === 'string' ? part.text : ''))
    .join('\n')
}

/** Without a list of them: a prompt may hold millions. */
function countWords(text: string): number {
  let words = 0
  let inside = false
  for (let at = 0; at < text.length; at += 1) {
    const isSpace = text.charCodeAt(at) <= 0x20
    if (!isSpace && !inside) words += 1
    inside = !isSpace
  }
  return words
}

/** The tool that `tool_choice` demands: the named one, or the first where any will do. */
function forcedTool(request: JsonObject): string | undefined {
  const choice = request.tool_choice
  const named = isObject(choice) && isObject(choice.function) ? choice.function.name : undefined
  if (typeof named === 'string') return named
  if (choice !== 'required' || !Array.isArray(request.tools)) return undefined
  const [first] = request.tools
    .filter(isObject)
    .flatMap((tool) => (isObject(tool.function) ? [tool.function.name] : []))
  return typeof first === 'string' ? first : undefined
}

/** The pieces up to the first of the stop texts, which is not part of the answer. */
function beforeStop(pieces: readonly string[], stop: unknown): readonly string[] {
  const stops = (Array.isArray(stop) ? stop : [stop]).filter((text) => typeof text === 'string' && text !== '')
  const text = pieces.join('')
  const places = stops.map((end) => text.indexOf(String(end))).filter((place) => place >= 0)
  if (places.length === 0) return pieces
  let left = places.reduce((first, place) => Math.min(first, place))
  const kept: string[] = []
  for (const piece of pieces) {
    if (left <= 0) break
    kept.push(piece.slice(0, left))
    left -= piece.length
  }
  return kept
}

function randomName(random: () => number): string {
  return Math.floor(random() * 0xffffffff).toString(36)
}

function pick<T>(items: readonly T[], random: () => number): T {
  // The index is inside the array, which is never empty.
  return items[Math.floor(random() * items.length)] as T
}

/** FNV-1a of the text seeds mulberry32: small, fast, and the same on every machine. */
function createRandom(text: string): () => number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  let state = hash >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}
