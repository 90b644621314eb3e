import { isObject } from '../../src/core/decode.js'
import { createLatencies } from '../latencies.js'
import { HttpConnection, headerValue } from '../load/http-connection.js'
import { choosePinning } from '../load/pinning.js'
import { runPacer } from '../load/run-pacer.js'
import { startUpstream } from '../load/start-targets.js'
import type { CachePart, CachePartContext } from './cache-part.js'
import { embedPrompts } from './embed-prompts.js'
import { type BenchGateway, startBenchGateway } from './start-gateway.js'
import { createDraw, varyPrompts } from './varied-prompts.js'

const TABLE =
  'streamed semantic hits at fixed times, 100/s, until the first byte of the answer, from the time each was due'
const P50 = { label: 'p50 ms', digits: 2 }
const P99 = { label: 'p99 ms', digits: 2 }
const LATE = { label: 'asked late p99 ms', digits: 2 }
const PER_SECOND = 100
const CONNECTIONS = 16
const SIZES = [0, 10_000, 50_000]
const IMPORTED_AT_ONCE = 500

/** What is kept, and the same in other small words. */
const THINGS =
  'password profile picture phone number home address email signature payment method username delivery slot'
    .split(' ')
    .flatMap((thing) => ['account', 'work', 'old', 'family'].map((kind) => `${kind} ${thing}`))
const KEPT = THINGS.map((thing) => `How do I change my ${thing}?`)
const ASKED = THINGS.map((thing) => `how can i change my ${thing}`)

/** What a prompt waits for that nobody asked in these words: embedding, index, verifier, decision, store. */
export const semanticPart: CachePart = {
  name: 'semantic',
  about: 'semantic hits through the gateway with the bundled models, among so many other entries',
  async run(context) {
    const pinning = choosePinning()
    const upstream = await startUpstream(context.workDir, pinning)
    for (const size of SIZES.filter((size) => size <= context.mostEntries)) {
      const name = `semantic-${size}`
      // All cores: the threads with the models are a part of what is measured.
      const gateway = await startBenchGateway({
        ...{ name, workDir: context.workDir, upstream, cpu: undefined },
        cache: '{ store: memory, maxEntries: 100000 }',
      })
      await keep(gateway)
      await addOthers(gateway, size, context)
      await measure(gateway, `among ${size.toLocaleString('en')} others`, context)
      await gateway.child.stop()
    }
    const subject = `among ${(0).toLocaleString('en')} others`
    context.figures.expect({ table: TABLE, subject, column: P50, sense: 'at most', limit: 3 })
  },
}

async function keep(gateway: BenchGateway): Promise<void> {
  for (const prompt of KEPT) await gateway.ask('POST', '/v1/chat/completions', bodyOf(prompt, false))
}

const bodyOf = (prompt: string, stream: boolean): object => ({
  model: 'anthropic/bench-model',
  messages: [{ role: 'user', content: prompt }],
  ...(stream && { stream }),
})

/** Entries of the same partition with vectors of varied real prompts. */
async function addOthers(gateway: BenchGateway, size: number, { prompts }: CachePartContext): Promise<void> {
  if (size === 0) return
  const like = await exportedEntry(gateway)
  const texts = [...varyPrompts(prompts, size, createDraw(3))]
  const vectors = await embedPrompts(texts, 'others')
  const dimension = vectors.length / size
  for (let from = 0; from < size; from += IMPORTED_AT_ONCE) {
    const entries = texts.slice(from, from + IMPORTED_AT_ONCE).map((prompt, at) => {
      const row = vectors.slice((from + at) * dimension, (from + at + 1) * dimension)
      const vector = Buffer.from(row.buffer).toString('base64')
      const id = (from + at + 1).toString(16).padStart(32, '0')
      return { ...like, id, semantic: { ...like.semantic, prompt, vector } }
    })
    await gateway.ask('POST', '/cache/import', { entries })
  }
}

interface Exported {
  readonly semantic: { readonly partition: string }
}

async function exportedEntry({ port }: BenchGateway): Promise<Exported> {
  const response = await fetch(`http://127.0.0.1:${port}/cache/export`)
  const [line = ''] = (await response.text()).split('\n')
  const entry: Exported = JSON.parse(line)
  if (!isObject(entry.semantic)) throw new Error('An entry without a meaning was exported.')
  return entry
}

async function measure(gateway: BenchGateway, subject: string, context: CachePartContext): Promise<void> {
  const { figures, quick, rounds } = context
  await ask(gateway, quick ? 1 : 3)
  for (let round = 0; round < rounds; round++) {
    const { firstByte, late, problems } = await ask(gateway, quick ? 2 : 10)
    figures.add(TABLE, subject, P50, firstByte.p50 / 1000)
    figures.add(TABLE, subject, P99, firstByte.p99 / 1000)
    figures.add(TABLE, subject, LATE, late.p99 / 1000)
    for (const [problem, count] of problems) figures.fail(`${subject}: ${count} times ${problem}`)
  }
}

async function ask({ port }: BenchGateway, seconds: number) {
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => HttpConnection.open(port)))
  const requests = ASKED.map((prompt) => requestBytes(port, JSON.stringify(bodyOf(prompt, true))))
  const [firstByte, late] = [createLatencies(), createLatencies()]
  const problems = new Map<string, number>()
  const note = (problem: string): void => void problems.set(problem, (problems.get(problem) ?? 0) + 1)
  const intervalMs = 1000 / PER_SECOND
  const startMs = performance.now() + 50
  const answers: Promise<void>[] = []
  const idle = [...connections]

  function start(n: number): void {
    const dueMs = startMs + n * intervalMs
    const connection = idle.pop()
    const request = requests[n % requests.length]
    if (connection === undefined || request === undefined) return note('no free connection')
    late.record(performance.now() - dueMs)
    answers.push(
      new Promise((resolve) => {
        let seen = false
        connection.send(request, {
          onHead(status, _type, head) {
            if (status !== 200) note(`status ${status}`)
            const kind = headerValue(head, 'x-llmrouter-cache-kind')
            if (kind !== 'semantic') note(`not a semantic hit but ${kind ?? headerValue(head, 'x-llmrouter-cache')}`)
          },
          onBody(_text, nowMs) {
            if (!seen) firstByte.record(nowMs - dueMs)
            seen = true
          },
          onEnd() {
            idle.push(connection)
            resolve()
          },
          onFailure(reason) {
            note(reason)
            resolve()
          },
        })
      }),
    )
  }

  await runPacer({ startMs, intervalMs, count: PER_SECOND * seconds }, start)
  await Promise.all(answers)
  for (const connection of connections) connection.close()
  return { firstByte: firstByte.percentiles(), late: late.percentiles(), problems }
}

function requestBytes(port: number, body: string): Buffer {
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}
