import { APIError } from '@anthropic-ai/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ERROR_TABLE, type ErrorCode, GatewayError, invalidRequest } from '../../../src/core/errors.js'
import { renderError } from '../../../src/dialects/anthropic/render-error.js'
import { type ReplayServer, startReplayServer } from './replay-server.js'

let server: ReplayServer

beforeAll(async () => {
  server = await startReplayServer()
})
afterAll(() => server.close())

test('the shape, with the path in front of a message that does not name it', () => {
  const error = new GatewayError('unsupported_parameter', 'Not possible here.', { param: 'messages[0].content[1]' })
  expect(JSON.parse(renderError(error, 'req_9'))).toEqual({
    type: 'error',
    error: { type: 'invalid_request_error', message: 'messages[0].content[1]: Not possible here.' },
    request_id: 'req_9',
  })
})

test('a path that the message names is not repeated', () => {
  const rendered = JSON.parse(renderError(invalidRequest('top_k', "'top_k' must be an integer."), 'r'))
  expect(rendered.error.message).toBe("'top_k' must be an integer.")
})

test.each(Object.keys(ERROR_TABLE) as ErrorCode[])('the official client understands %s', async (code) => {
  const error = new GatewayError(code, 'What happened.')
  server.answer(error.status, 'application/json', renderError(error, 'req_9'))
  const request = { model: 'm', max_tokens: 1, messages: [{ role: 'user' as const, content: 'hi' }] }
  const thrown = await server.client.messages.create(request).catch((caught: unknown) => caught)
  expect(thrown).toBeInstanceOf(APIError)
  expect(thrown).toMatchObject({ status: error.status, type: error.row.anthropicType })
})
