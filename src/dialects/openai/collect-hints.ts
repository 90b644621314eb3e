import { isObject, type JsonObject } from '../../core/decode.js'

/** What is read of each kind of object, and what official clients leave in it that means nothing to a server. */
const MESSAGE = new Set([
  ...['role', 'content', 'name', 'refusal', 'tool_calls', 'tool_call_id', 'audio', 'cache_control'],
  ...['prompt_cache_breakpoint', 'reasoning_content', 'function_call', 'parsed'],
])
const PART = new Set([
  ...['type', 'text', 'refusal', 'image_url', 'input_audio', 'file', 'cache_control', 'prompt_cache_breakpoint'],
])
const IMAGE = new Set(['url', 'detail'])
const CALL = new Set(['id', 'type', 'index', 'function', 'custom', 'extra_content'])
const CALLED = new Set(['name', 'arguments', 'parsed_arguments', 'thought_signature'])
const TOOL = new Set(['type', 'function', 'custom', 'cache_control', 'prompt_cache_breakpoint'])
const FUNCTION = new Set(['name', 'description', 'parameters', 'strict'])
const STREAM_OPTIONS = new Set(['include_usage', 'include_obfuscation'])

/** Names may be shown in a header, so their number and their characters are bounded. */
const MAX_HINTS = 32
const PLAIN_NAME = /^[\w.[\]-]{1,100}$/

/**
 * Names what a checked request holds below its top level beyond our own terms. Servers of this dialect get it in the
 * raw text; for others it counts as dropped.
 */
export function collectHints(body: JsonObject): readonly string[] {
  const hints = new Set<string>()

  function unknown(value: unknown, known: ReadonlySet<string>, path: string): void {
    if (!isObject(value)) return
    for (const [key, member] of Object.entries(value)) {
      if (known.has(key) || isNothing(member) || hints.size >= MAX_HINTS) continue
      const name = `${path}.${key}`
      hints.add(PLAIN_NAME.test(name) ? name : 'unknown')
    }
  }

  unknown(body.stream_options, STREAM_OPTIONS, 'stream_options')
  for (const tool of objects(body.tools)) {
    unknown(tool, TOOL, 'tools[]')
    unknown(tool.function, FUNCTION, 'tools[].function')
  }
  for (const message of objects(body.messages)) {
    unknown(message, MESSAGE, 'messages[]')
    for (const part of objects(message.content)) {
      unknown(part, PART, 'messages[].content[]')
      unknown(part.image_url, IMAGE, 'messages[].content[].image_url')
    }
    for (const call of objects(message.tool_calls)) {
      unknown(call, CALL, 'messages[].tool_calls[]')
      unknown(call.function, CALLED, 'messages[].tool_calls[].function')
    }
  }
  return [...hints]
}

function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** An answer that is sent back holds many members that say nothing. */
function isNothing(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0)
}
