import { renderDirective, SEED_COUNT } from './answer-plan.js'
import type { Job } from './job.js'

const FILLER =
  'Consider the following notes on a long journey through many countries, and say in a few words what matters most. '

/** The requests of a job, whole with their HTTP heads, one for each seed. */
export function renderRequests(job: Job): readonly Buffer[] {
  return Array.from({ length: SEED_COUNT }, (_, seed) => {
    const directive = renderDirective({ ...job.plan, seed })
    const content = `${directive} ${FILLER.repeat(Math.ceil(job.promptBytes / FILLER.length))}`.slice(
      0,
      job.promptBytes,
    )
    const body = JSON.stringify({
      model: job.model,
      messages: [{ role: 'user', content }],
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
  })
}
