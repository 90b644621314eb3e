import { describe, expect, test } from 'vitest'
import { parseEmbeddingsRequest, parseEmbeddingsTask } from '../../../src/dialects/openai/parse-embeddings-request.js'

const parse = (fields: object) => parseEmbeddingsTask(parseEmbeddingsRequest(JSON.stringify({ model: 'm', ...fields })))

describe('every shape of input', () => {
  test.each([
    ['a text', 'hello', ['hello'], true],
    ['white space', ' ', [' '], true],
    ['texts', ['a', 'b'], ['a', 'b'], false],
    ['one text in a list', ['a'], ['a'], false],
    ['token ids', [1, 2, 0], [[1, 2, 0]], true],
    ['lists of token ids', [[1], [2, 3]], [[1], [2, 3]], false],
  ])('%s', (_name, input, inputs, single) => {
    expect(parse({ input })).toEqual({ inputs, single, encoding: 'float', unknown: [] })
  })
  test('2,048 inputs are allowed', () => {
    expect(parse({ input: Array.from({ length: 2048 }, () => 'a') }).inputs).toHaveLength(2048)
  })
})

test.each([
  ['nothing', {}, 'input'],
  ['null', { input: null }, 'input'],
  ['a number', { input: 3 }, 'input'],
  ['an object', { input: { text: 'a' } }, 'input'],
  ['an empty text', { input: '' }, 'input'],
  ['an empty list', { input: [] }, 'input'],
  ['an empty text in a list', { input: ['a', 'b', 'c', ''] }, 'input[3]'],
  ['null in a list', { input: [null] }, 'input[0]'],
  ['an object in a list', { input: [{ text: 'a' }] }, 'input[0]'],
  ['a number among texts', { input: ['a', 1] }, 'input[1]'],
  ['a text among token ids', { input: [1, 'a'] }, 'input[1]'],
  ['a text among lists of token ids', { input: [[1], 'a'] }, 'input[1]'],
  ['an empty list of token ids', { input: [[1], []] }, 'input[1]'],
  ['a fraction', { input: [1, 2.5] }, 'input[1]'],
  ['a negative token id', { input: [[1], [-1]] }, 'input[1][0]'],
  ['a token id beyond all integers', { input: [[1e300]] }, 'input[0][0]'],
  ['2,049 inputs', { input: Array.from({ length: 2049 }, () => 'a') }, 'input'],
  ['another encoding', { input: 'a', encoding_format: 'hex' }, 'encoding_format'],
  ['no dimensions at all', { input: 'a', dimensions: 0 }, 'dimensions'],
  ['dimensions as text', { input: 'a', dimensions: '8' }, 'dimensions'],
  ['truncate as text', { input: 'a', truncate: 'END' }, 'truncate'],
  ['a user that is none', { input: 'a', user: 1 }, 'user'],
])('%s is refused by its path', (_name, fields, param) => {
  expect(() => parse(fields)).toThrow(expect.objectContaining({ code: 'invalid_request', param }))
})

test.each([
  ['{"input":"a"}', 'model'],
  ['{"model":"","input":"a"}', 'model'],
  ['{"model":3,"input":"a"}', 'model'],
  ['[]', null],
  ['"a"', null],
])('%s names no model', (raw, param) => {
  expect(() => parseEmbeddingsRequest(raw)).toThrow(expect.objectContaining({ code: 'invalid_request', param }))
})

test('broken JSON is refused with the position', () => {
  expect(() => parseEmbeddingsRequest('{"model":')).toThrow(expect.objectContaining({ code: 'invalid_json' }))
})

test('everything that can be asked for is understood, and null is the same as nothing', () => {
  const asked = { input: 'a', encoding_format: 'base64', dimensions: 8, truncate: true, user: 'u' }
  expect(parse(asked)).toMatchObject({ encoding: 'base64', dimensions: 8, truncate: true, unknown: [] })
  const nothing = { input: 'a', encoding_format: null, dimensions: null, truncate: null, user: null, task: null }
  expect(parse(nothing)).toEqual({ inputs: ['a'], single: true, encoding: 'float', unknown: [] })
})

test('fields that mean nothing to the embedder are named', () => {
  expect(parse({ input: 'a', task: 'query', input_type: 'document' }).unknown).toEqual(['task', 'input_type'])
})

test('what a provider may understand is left to it', () => {
  const raw = '{"model":"jina", "input":[{"image":"x"}], "late_chunking":true}'
  expect(parseEmbeddingsRequest(raw)).toMatchObject({ model: 'jina', raw })
})
