import { describe, expect, test } from 'vitest'
import type { ChatRequest } from '../../src/core/chat-request.js'
import { anthropicDialect } from '../../src/dialects/anthropic/dialect.js'
import { openaiDialect } from '../../src/dialects/openai/dialect.js'
import { canServe, findLack } from '../../src/routing/can-serve.js'
import { requestNeeds } from '../../src/routing/request-needs.js'

const openai = (content: unknown, fields: object = {}): ChatRequest =>
  openaiDialect.parseRequest(JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }], ...fields }))
const anthropic = (content: unknown, fields: object = {}): ChatRequest =>
  anthropicDialect.parseRequest(
    JSON.stringify({ model: 'auto', max_tokens: 50, messages: [{ role: 'user', content }], ...fields }),
  )

const tool = { type: 'function', function: { name: 'look', parameters: { type: 'object' } } }
const schema = { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } }
const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }
const pdf = { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA', filename: 'a.pdf' } }
const sound = { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } }
const call = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } }

describe('what a request needs of a model', () => {
  test.each<[string, ChatRequest, readonly (readonly [string, string])[]]>([
    ['plain text', openai('Hi'), []],
    ['tools', openai('Hi', { tools: [tool] }), [['tools', 'tools']]],
    ['tools that may not be called', openai('Hi', { tools: [tool], tool_choice: 'none' }), [['tools', 'tools']]],
    ['a picture', openai([{ type: 'text', text: 'Hi' }, picture]), [['vision', 'messages[0].content[1]']]],
    ['two pictures: the first is named', openai([picture, picture]), [['vision', 'messages[0].content[0]']]],
    ['a PDF', openai([pdf]), [['documents', 'messages[0].content[0]']]],
    ['sound', openai([sound]), [['audio', 'messages[0].content[0]']]],
    [
      'a JSON schema',
      openai('Hi', { response_format: schema }),
      [['json-schema', 'response_format.json_schema.schema']],
    ],
    ['any JSON', openai('Hi', { response_format: { type: 'json_object' } }), []],
    ['an effort', openai('Hi', { reasoning_effort: 'low' }), [['reasoning', 'reasoning_effort']]],
    ['no effort at all', openai('Hi', { reasoning_effort: 'none' }), []],
    ['thinking', anthropic('Hi', { max_tokens: 9000, thinking: { type: 'adaptive' } }), [['reasoning', 'thinking']]],
    ['no thinking', anthropic('Hi', { thinking: { type: 'disabled' } }), []],
    [
      'a document of plain text',
      anthropic([{ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Hi' } }]),
      [],
    ],
    [
      'a tool loop whose tools are gone',
      openai('Hi', {
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'assistant', tool_calls: [call] },
          { role: 'tool', tool_call_id: 'c1', content: 'ok' },
        ],
      }),
      [['tools', 'messages[1].tool_calls[0]']],
    ],
  ])('%s', (_name, request, capabilities) => {
    expect([...requestNeeds(request).capabilities]).toEqual(capabilities)
  })

  test('the prompt’s tokens are estimated, the answer’s are what the client allows', () => {
    expect(requestNeeds(openai('word '.repeat(4000), { max_tokens: 77 }))).toMatchObject({
      promptTokens: expect.closeTo(5000, -2),
      outputTokens: 77,
    })
    expect(requestNeeds(openai('Hi')).outputTokens).toBeUndefined()
  })
})

describe('whether a model can serve', () => {
  const needs = requestNeeds(openai([{ type: 'text', text: 'word '.repeat(800) }, picture], { max_tokens: 500 }))

  test.each([
    ['nothing is known of it', {}, undefined],
    ['it has what is needed', { capabilities: ['tools', 'vision'] }, undefined],
    ['it is blind', { capabilities: ['tools'] }, 'vision'],
    ['its window is too short for the prompt', { contextTokens: 1000 }, 'context'],
    ['its window is too short for prompt and answer', { contextTokens: 2700 }, 'context'],
    ['its window is long enough, as it writes no more', { contextTokens: 2700, maxOutputTokens: 100 }, 'output'],
    ['its window is long enough', { contextTokens: 4000 }, undefined],
    ['its answers are too short', { maxOutputTokens: 499 }, 'output'],
    ['its answers are just long enough', { maxOutputTokens: 500 }, undefined],
  ] as const)('%s', (_name, spec, lack) => {
    expect(findLack(spec, needs)).toBe(lack)
    expect(canServe(spec, needs)).toBe(lack === undefined)
  })
})
