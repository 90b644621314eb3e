import { renderDirective, SEED_COUNT } from './answer-plan.js'
import type { Job } from './job.js'

const FILLER =
  'Consider the following notes on a long journey through many countries, and say in a few words what matters most. '

/** In the prompts of requests that are all different, as wide as the number that takes its place. */
const NUMBER = 'no. 000000000000'
const DIGITS = 12

/** The requests of a job, whole with their HTTP heads: the n-th has the seed of its number. */
export function renderRequests(job: Job): (n: number) => Buffer {
  const templates = Array.from({ length: SEED_COUNT }, (_, seed) => renderRequest(job, seed))
  const at = (n: number): Buffer => templates[n % SEED_COUNT] ?? Buffer.alloc(0)
  const { distinctFrom } = job
  return distinctFrom === undefined ? at : (n) => numbered(at(n), distinctFrom + n)
}

function renderRequest(job: Job, seed: number): Buffer {
  const directive = renderDirective({ ...job.plan, seed })
  const filler = FILLER.repeat(Math.ceil(job.promptBytes / FILLER.length))
  const opening = job.distinctFrom === undefined ? directive : `${directive} ${NUMBER}`
  const body = JSON.stringify({
    model: job.model,
    messages: [{ role: 'user', content: `${opening} ${filler}`.slice(0, job.promptBytes) }],
    max_tokens: 4096,
    ...(job.stream && { stream: true }),
  })
  const headers = {
    host: `127.0.0.1:${job.port}`,
    'content-type': 'application/json',
    ...job.headers,
    'content-length': String(Buffer.byteLength(body)),
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`POST ${job.path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}

function numbered(template: Buffer, n: number): Buffer {
  const request = Buffer.from(template)
  const end = request.indexOf(NUMBER) + NUMBER.length
  request.write(String(n).padStart(DIGITS, '0'), end - DIGITS, 'latin1')
  return request
}
