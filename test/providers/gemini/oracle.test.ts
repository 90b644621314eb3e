import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  FunctionCallingConfigMode,
  type GenerateContentParameters,
  GoogleGenAI,
  PartMediaResolutionLevel,
  ServiceTier,
  ThinkingLevel,
} from '@google/genai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ChatRequest } from '../../../src/core/chat-request.js'
import { assistant, call, encode, modelSpec, result, system, user } from './chat-request.js'

interface Sent {
  readonly path: string
  readonly body: unknown
}

let sent: Sent | undefined
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    sent = { path: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString('utf8')) }
    const answer = JSON.stringify({ candidates: [{ content: { parts: [{ text: 'ok' }] }, finishReason: 'STOP' }] })
    const stream = request.url?.includes('alt=sse') === true
    response.setHeader('content-type', stream ? 'text/event-stream' : 'application/json')
    response.end(stream ? `data: ${answer}\r\n\r\n` : answer)
  })
})
let baseUrl = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // listening on a port, so it is not a pipe
})
afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())))

async function sentBySdk(parameters: GenerateContentParameters, stream: boolean): Promise<Sent> {
  const { models } = new GoogleGenAI({ apiKey: 'test', httpOptions: { baseUrl } })
  if (stream) for await (const _ of await models.generateContentStream(parameters));
  else await models.generateContent(parameters)
  if (sent === undefined) throw new Error('the SDK sent nothing')
  return sent
}

const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const png = { kind: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' } as const

interface Conversation {
  readonly name: string
  readonly stream?: boolean
  readonly sdk: GenerateContentParameters
  readonly ours: Partial<ChatRequest>
}

const CONVERSATIONS: readonly Conversation[] = [
  {
    name: 'one question',
    sdk: { model: 'gemini-3.8-flash', contents: 'Hi' },
    ours: { messages: [user('Hi')] },
  },
  {
    name: 'system, user, tool call, tool result and image, streaming',
    stream: true,
    sdk: {
      model: 'gemini-3.8-flash',
      contents: [
        { role: 'user', parts: [{ text: 'Weather in Oslo?' }] },
        {
          role: 'model',
          parts: [
            { text: 'Let me look.' },
            { functionCall: { id: 'fc-1', name: 'f_fc-1', args: { city: 'Oslo' } }, thoughtSignature: 'c2ln' },
            { functionCall: { id: 'fc-2', name: 'f_fc-2', args: {} } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { id: 'fc-1', name: 'f_fc-1', response: { temperature: 4.5 } } },
            { functionResponse: { id: 'fc-2', name: 'f_fc-2', response: { error: 'no such zone' } } },
            { text: 'And what is this?' },
            {
              inlineData: { mimeType: 'image/png', data: png.data },
              mediaResolution: { level: PartMediaResolutionLevel.MEDIA_RESOLUTION_LOW },
            },
          ],
        },
      ],
      config: {
        temperature: 1,
        systemInstruction: { parts: [{ text: 'Be brief.' }] },
        tools: [
          {
            functionDeclarations: [
              { name: 'get_weather', description: 'Says the weather.', parametersJsonSchema: schema },
              { name: 'get_time' },
            ],
          },
        ],
        toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.AUTO } },
      },
    },
    ours: {
      temperature: 1,
      messages: [
        system('Be brief.'),
        user('Weather in Oslo?'),
        assistant('Let me look.', call('fc-1', '{"city":"Oslo"}', 'c2ln'), call('fc-2', '')),
        result('fc-1', '{"temperature":4.5}'),
        result('fc-2', 'no such zone', { isError: true }),
        user('And what is this?', { type: 'image', source: png, detail: 'low', path: 'p' }),
      ],
      tools: [
        { kind: 'function', name: 'get_weather', description: 'Says the weather.', parameters: schema, path: 't' },
        { kind: 'function', name: 'get_time', path: 't' },
      ],
      toolChoice: { mode: 'auto' },
    },
  },
  {
    name: 'every setting',
    sdk: {
      model: 'gemini-3.8-flash',
      contents: [
        {
          role: 'user',
          parts: [
            { fileData: { fileUri: 'https://example.com/a.webp', mimeType: 'image/webp' } },
            { inlineData: { mimeType: 'application/pdf', data: 'JVBERi0=' } },
            { inlineData: { mimeType: 'audio/wav', data: 'UklGRg==' } },
            { text: 'All of it?' },
          ],
        },
      ],
      config: {
        temperature: 0.7,
        topP: 0.9,
        topK: 20,
        candidateCount: 2,
        maxOutputTokens: 500,
        stopSequences: ['END'],
        responseLogprobs: true,
        logprobs: 3,
        presencePenalty: 0.1,
        frequencyPenalty: 0.2,
        seed: 42,
        responseMimeType: 'application/json',
        responseJsonSchema: schema,
        thinkingConfig: { includeThoughts: true, thinkingLevel: ThinkingLevel.MEDIUM },
        tools: [{ functionDeclarations: [{ name: 'f', parametersJsonSchema: schema }] }],
        toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ['f'] } },
        serviceTier: ServiceTier.FLEX,
      },
    },
    ours: {
      messages: [
        user(
          { type: 'image', source: { kind: 'url', url: 'https://example.com/a.webp' }, path: 'p' },
          { type: 'file', source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBERi0=' }, path: 'p' },
          { type: 'audio', format: 'wav', data: 'UklGRg==', path: 'p' },
          'All of it?',
        ),
      ],
      temperature: 0.7,
      topP: 0.9,
      topK: 20,
      n: 2,
      maxTokens: 500,
      stop: ['END'],
      logprobs: true,
      topLogprobs: 3,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      seed: 42,
      responseFormat: { type: 'json-schema', name: 'n', schema, path: 'p' },
      reasoning: { effort: 'medium', path: 'reasoning_effort' },
      tools: [{ kind: 'function', name: 'f', parameters: schema, path: 't' }],
      toolChoice: { mode: 'named', name: 'f' },
      serviceTier: 'flex',
    },
  },
  {
    name: 'a thinking budget, streaming',
    stream: true,
    sdk: {
      model: 'gemini-2.5-flash',
      contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
      config: { thinkingConfig: { includeThoughts: true, thinkingBudget: 8192 } },
    },
    ours: { reasoning: { effort: 'medium', path: 'reasoning_effort' } },
  },
]

describe('the official SDK sends the same', () => {
  test.each(CONVERSATIONS)('$name', async ({ sdk, ours, stream = false }) => {
    const { path, body } = encode(ours, modelSpec(sdk.model), stream)
    expect({ path, body: JSON.parse(body) }).toEqual(await sentBySdk(sdk, stream))
  })
})
