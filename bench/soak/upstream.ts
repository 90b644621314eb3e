/** A scripted provider that can be killed. `node upstream.js --port N --name NAME --type anthropic|openai|gemini --seed N` */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import {
  anthropicWire,
  geminiWire,
  openaiWire,
  type WireAnswer,
  type WireFormat,
} from '../../test/support/wire-answers.js'
import { createRandom } from '../cache-eval/random.js'
import type { ScriptedFault } from './fault-journal.js'
import { argumentsOf, renderPieces } from './planned-answer.js'
import { keyOf } from './questions.js'
import { readPrompt } from './read-prompt.js'
import { type CallScript, drawScript } from './script-call.js'

const WIRES: Readonly<Record<string, WireFormat>> = { anthropic: anthropicWire, openai: openaiWire, gemini: geminiWire }
const ERROR_EVENTS: Readonly<Record<string, string>> = {
  anthropic: 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
  openai: 'data: {"error":{"message":"Overloaded","type":"server_error","param":null,"code":null}}\n\n',
  gemini: 'data: {"error":{"code":503,"message":"Overloaded","status":"UNAVAILABLE"}}\r\n\r\n',
}
const STATUSES: Partial<Record<CallScript, number>> = { overloaded: 503, failing: 500, limited: 429 }
const STALL_MS = 8000

const { values } = parseArgs({
  options: { port: { type: 'string' }, name: { type: 'string' }, type: { type: 'string' }, seed: { type: 'string' } },
})
const { name = 'alpha', type = 'openai' } = values
const wire = WIRES[type] ?? openaiWire
const random = createRandom(Number(values.seed))
let calls = 0

createServer((request, response) => {
  response.on('error', () => {})
  request.socket.setMaxListeners(0)
  answer(request, response).catch(() => response.destroy())
}).listen(Number(values.port), '127.0.0.1')
// It ends with whoever started it.
process.stdin.on('end', () => process.exit(0)).resume()

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer) // no encoding is set, so these are buffers
  if (request.method !== 'POST') return void response.end('ok')
  const { hasTools, isStream, prompt } = readPrompt(request.url ?? '', Buffer.concat(chunks).toString())
  const key = keyOf(prompt)
  const script = drawScript(random)
  if (script !== 'well') await report({ key, atMs: Date.now() })
  const status = STATUSES[script]
  if (status !== undefined) {
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': '20' })
    return void response.end('{"error":{"message":"on purpose"}}')
  }
  if (script === 'reset') return void request.socket.resetAndDestroy()
  const wireAnswer = planAnswer(key, hasTools)
  await sleep(5 + random() * 60)
  if (isStream) await stream(response, wire.stream(wireAnswer).split(/(?<=\n\r?\n)/), script)
  else await whole(response, Buffer.from(wire.body(wireAnswer)), script)
}

/** Resolves when it has been sent: whoever is told of the fault knows of it before the client meets it. */
function report(fault: ScriptedFault): Promise<void> {
  return new Promise((resolve) => process.send?.(fault, () => resolve()))
}

function planAnswer(key: string, hasTools: boolean): WireAnswer {
  calls += 1
  const pieces = renderPieces({
    key,
    upstream: name,
    call: `${process.pid}.${calls}`,
    pieces: 4 + Math.floor(random() * 60),
  })
  const call = { id: `call_${process.pid}_${calls}`, name: 'take_note', args: argumentsOf(pieces.join('')) }
  const counts = { model: 'scripted', inputTokens: 20, outputTokens: pieces.length }
  return hasTools ? { ...counts, pieces: [], calls: [call] } : { ...counts, pieces }
}

async function stream(response: ServerResponse, events: readonly string[], script: CallScript): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const breaksAt = script === 'well' ? events.length : Math.floor(random() * (events.length - 1))
  const gapMs = random() < 0.5 ? 0 : 1 + random() * 15
  for (const [at, event] of events.entries()) {
    if (response.destroyed) return
    if (at === breaksAt && (await breaks(response, script))) return
    response.write(event)
    if (gapMs > 0) await sleep(gapMs)
  }
  response.end()
}

/** Whether the stream is over with that. */
async function breaks(response: ServerResponse, script: CallScript): Promise<boolean> {
  if (script === 'stall') {
    await sleep(STALL_MS)
    return false
  }
  if (script === 'error-event') response.end(ERROR_EVENTS[type])
  else response.socket?.resetAndDestroy()
  return true
}

async function whole(response: ServerResponse, body: Buffer, script: CallScript): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
  if (script === 'well') return void response.end(body)
  response.write(body.subarray(0, Math.floor(random() * body.length)))
  await sleep(script === 'stall' ? STALL_MS : 1)
  response.socket?.resetAndDestroy()
}
