import { afterAll, describe, expect, test } from 'vitest'
import type { ChatRequest } from '../../src/core/chat-request.js'
import { createAnalyser } from '../../src/inference/analyse-request.js'
import { obedientPool, obedientSetup } from './obedient-pool.js'

const pool = obedientPool()
afterAll(() => pool.close())

function request(text: string): ChatRequest {
  const path = 'messages[0]'
  const messages = [{ role: 'user', parts: [{ type: 'text', text, path }], path }] as const
  return { dialect: 'openai', model: 'auto', stream: false, includeUsage: false, messages, extras: {}, raw: '' }
}

describe('a request', () => {
  test('is analysed by its prompt', async () => {
    const analysis = await createAnalyser(pool).analyse(request('hello'))
    expect(analysis).toMatchObject({ kind: 'analysed', complexity: 0.05, tokenCount: 5 })
    expect(analysis.kind === 'analysed' && analysis.vector.length).toBe(obedientSetup().embedder.dimension)
  })

  test('is not analysed without a text', async () => {
    expect(await createAnalyser(pool).analyse(request(''))).toEqual({ kind: 'unavailable' })
  })

  test('is not analysed when the thread fails', async () => {
    expect(await createAnalyser(pool).analyse(request('throw'))).toEqual({ kind: 'unavailable' })
  })

  test('is not scored without a classifier', async () => {
    const plain = obedientPool({ setup: { ...obedientSetup(), classifier: null } })
    const analysis = await createAnalyser(plain).analyse(request('hello'))
    expect(analysis).toMatchObject({ kind: 'analysed', complexity: undefined })
    await plain.close()
  })
})
