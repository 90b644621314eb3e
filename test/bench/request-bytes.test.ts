import { expect, test } from 'vitest'
import { parseDirective, SEED_COUNT } from '../../bench/load/answer-plan.js'
import type { Job } from '../../bench/load/job.js'
import { renderRequests } from '../../bench/load/request-bytes.js'

const JOB: Job = {
  port: 1,
  path: '/v1/chat/completions',
  headers: {},
  dialect: 'openai',
  model: 'm',
  stream: false,
  plan: { tokens: 8, delayMs: 0, gapMs: 0, eventsPerWrite: 1 },
  promptBytes: 200,
  load: { kind: 'closed', connections: 1, seconds: 1 },
}

function bodyOf(request: Buffer): { readonly text: string; readonly prompt: string } {
  const [head = '', text = ''] = request.toString().split('\r\n\r\n')
  expect(head).toContain(`content-length: ${Buffer.byteLength(text)}`)
  return { text, prompt: JSON.parse(text).messages[0].content }
}

test('requests repeat themselves after all seeds were there', () => {
  const requests = renderRequests(JOB)
  expect(requests(3)).toEqual(requests(3 + SEED_COUNT))
  expect(requests(3)).not.toEqual(requests(4))
  expect(bodyOf(requests(3)).prompt).toHaveLength(200)
})

test('distinct requests never do, and are planned and as long all the same', () => {
  const requests = renderRequests({ ...JOB, distinctFrom: 7 })
  const bodies = [0, 1, 3, 3 + SEED_COUNT, 3 + 1000 * SEED_COUNT].map((n) => bodyOf(requests(n)))
  expect(new Set(bodies.map(({ text }) => text)).size).toBe(5)
  expect(renderRequests({ ...JOB, distinctFrom: 7 + 2 * SEED_COUNT })(1)).toEqual(requests(1 + 2 * SEED_COUNT))
  expect(new Set(bodies.map(({ prompt }) => prompt.length))).toEqual(new Set([200]))
  expect(bodies.map(({ text }) => parseDirective(text)?.seed)).toEqual([0, 1, 3, 3, 3])
})
