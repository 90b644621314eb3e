import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { Agent, request } from 'undici'
import { createSseParser } from '../../src/sse/sse-parser.js'
import { ECHO_FORMATS, type EchoFormat } from './echo-formats.js'

const HELP = `Sends every prompt of a file through each provider's wire format, streaming, and checks every byte both ways.

usage: npm run bench:prompts -- PROMPTS.jsonl[.gz] [--concurrency 16] [--limit N]

Each line of the file is a JSON object with a "prompt". The scripted provider answers a prompt with the prompt itself,
cut into random pieces of text and random pieces of bytes.`

interface Outcome {
  sent: number
  wrongPrompts: number
  wrongAnswers: number
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { concurrency: { type: 'string', default: '16' }, limit: { type: 'string' }, help: { type: 'boolean' } },
})
const [file] = positionals
if (values.help === true || file === undefined) {
  console.log(HELP)
  process.exit(file === undefined && values.help !== true ? 64 : 0)
}

const prompts = readPrompts(file).slice(0, values.limit === undefined ? undefined : Number(values.limit))
const sockets = new Set<unknown>()
const seenPrompts = new Map<string, string | undefined>()
const servers = await Promise.all(ECHO_FORMATS.map((format) => startEcho(format)))
const gateway = await startGateway(Object.assign({}, ...servers.map(({ format, url }) => format.environment(url))))
const agent = new Agent({ connections: Number(values.concurrency) })
let failed = false
try {
  for (const format of ECHO_FORMATS) await runFormat(format)
  const rssAfter = residentMegabytes(gateway.pid)
  console.log(`gateway RSS after ${ECHO_FORMATS.length * prompts.length} streams: ${rssAfter} MB`)
} finally {
  await agent.close()
  gateway.stop()
  for (const { server } of servers) server.close()
}
process.exit(failed ? 1 : 0)

async function runFormat(format: EchoFormat): Promise<void> {
  const startedAt = performance.now()
  const outcome: Outcome = { sent: 0, wrongPrompts: 0, wrongAnswers: 0 }
  const queue = prompts.entries()
  const worker = async () => {
    for (const [index, prompt] of queue) await ask(format, prompt, `${format.name}-${index}`, outcome)
  }
  await Promise.all(Array.from({ length: Number(values.concurrency) }, worker))
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  failed ||= outcome.wrongPrompts + outcome.wrongAnswers > 0
  console.log(
    `${format.name.padEnd(9)} ${outcome.sent} streams in ${seconds} s: ${outcome.wrongPrompts} wrong prompts, ` +
      `${outcome.wrongAnswers} wrong answers, ${sockets.size} provider sockets open, RSS ${residentMegabytes(gateway.pid)} MB`,
  )
}

async function ask(format: EchoFormat, prompt: string, id: string, outcome: Outcome): Promise<void> {
  const response = await request(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    dispatcher: agent,
    headers: { 'content-type': 'application/json', 'x-request-id': id },
    body: JSON.stringify({
      model: `${format.model}-${id}`,
      stream: true,
      messages: [{ role: 'user', content: prompt }],
    }),
  })
  const parser = createSseParser()
  let answer = ''
  let done = false
  for await (const chunk of response.body) {
    for (const message of parser.push(Buffer.from(chunk))) {
      if (message.data === '[DONE]') done = true
      else answer += contentOf(message.data)
    }
  }
  outcome.sent += 1
  if (seenPrompts.get(id) !== prompt) outcome.wrongPrompts += 1
  if (!done || answer !== prompt) outcome.wrongAnswers += 1
  seenPrompts.delete(id)
}

function contentOf(data: string): string {
  const chunk: { choices?: { delta?: { content?: string | null } }[] } = JSON.parse(data)
  return chunk.choices?.[0]?.delta?.content ?? ''
}

async function startEcho(format: EchoFormat): Promise<{ format: EchoFormat; url: string; server: Server }> {
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString())
    const prompt = format.promptOf(body)
    // The id of the request travels in the model's name: the only thing of the client's that reaches every provider.
    const model = /echo-([\w-]+)/.exec(`${incoming.url} ${JSON.stringify(body)}`)?.[1]
    if (model !== undefined) seenPrompts.set(model, prompt)
    const bytes = Buffer.from(format.events(cutText(prompt ?? '')))
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (let at = 0; at < bytes.length; ) {
      const end = at + 1 + Math.floor(Math.random() * 2000)
      response.write(bytes.subarray(at, end))
      at = end
      if (Math.random() < 0.2) await new Promise((resolve) => setImmediate(resolve))
    }
    response.end()
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server has one
  return { format, url: `http://127.0.0.1:${port}`, server }
}

/** Random pieces of one to twelve characters, never half a surrogate pair. */
function cutText(whole: string): string[] {
  const pieces: string[] = []
  const characters = [...whole]
  for (let at = 0; at < characters.length; ) {
    const length = 1 + Math.floor(Math.random() * 12)
    pieces.push(characters.slice(at, at + length).join(''))
    at += length
  }
  return pieces
}

function readPrompts(path: string): string[] {
  const bytes = readFileSync(path)
  const lines = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').split('\n')
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const row: { prompt: string } = JSON.parse(line)
      return row.prompt
    })
}

async function startGateway(environment: Record<string, string>) {
  const bin = fileURLToPath(new URL('../../../bin/llmrouter.js', import.meta.url))
  const child = spawn(process.execPath, [bin, 'serve'], {
    cwd: '/',
    env: { PATH: process.env.PATH, PORT: '0', LLMROUTER_CACHE_STORE: 'off', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.on('exit', () => child.kill())
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the gateway ended with ${code}`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry: { msg?: string; url?: string } = JSON.parse(line)
      if (entry.msg === 'listening' && entry.url !== undefined) resolve(entry.url)
    })
  })
  return { url, pid: child.pid ?? 0, stop: () => child.kill() }
}

function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024)
}
