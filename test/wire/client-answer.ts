import { MessageStream } from '@anthropic-ai/sdk/lib/MessageStream'
import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream'
import { createSseParser } from '../../src/sse/sse-parser.js'

/** A streamed answer put together by the official client of its dialect. */
export async function clientAnswer(dialect: string, stream: Buffer): Promise<Record<string, unknown>> {
  const payloads = payloadsOf(stream).filter((data) => data !== '[DONE]')
  const lines = new Blob(payloads.map((data) => `${data}\n`)).stream()
  if (dialect === 'anthropic') {
    const { parsed_output: _added, ...message } = plain(await MessageStream.fromReadableStream(lines).finalMessage())
    return message
  }
  const completion = plain(await ChatCompletionStream.fromReadableStream(lines).finalChatCompletion())
  return joinReasoning(completion, payloads)
}

/** The data of every event of a stream. */
export function payloadsOf(stream: Buffer): readonly string[] {
  const parser = createSseParser()
  return [...parser.push(stream), ...parser.end()].map(({ data }) => data)
}

/** The official client keeps only the last piece of a field that it does not know. */
function joinReasoning(completion: Record<string, unknown>, payloads: readonly string[]): Record<string, unknown> {
  const pieces = payloads.flatMap((data) => {
    const { choices = [] }: { choices?: { delta: { reasoning_content?: string } }[] } = JSON.parse(data)
    return choices.flatMap(({ delta }) => delta.reasoning_content ?? [])
  })
  if (pieces.length === 0) return completion
  const [choice] = completion.choices as { message: object }[] // the client has just built it
  return {
    ...completion,
    choices: [{ ...choice, message: { ...choice?.message, reasoning_content: pieces.join('') } }],
  }
}

/** Without the client's own additions, which are no JSON or say that there was nothing to parse. */
function plain(value: object): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(value, (key, member) => (key === 'parsed' || key === 'parsed_arguments' ? undefined : member)),
  )
}
