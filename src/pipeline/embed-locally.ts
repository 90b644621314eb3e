import { type EmbeddingsAnswer, type EmbeddingsTask, inputPath } from '../core/embeddings.js'
import { GatewayError, invalidRequest } from '../core/errors.js'
import { readableCharacters } from '../core/readable-characters.js'
import { shortenVectors } from '../core/shorten-vectors.js'
import type { Embeddings, UnavailableReason } from '../inference/inference-pool.js'
import { answerHeaders } from './answer-headers.js'
import type { LocalEmbedder, LocalEmbedderModel, PipelineDeps } from './deps.js'
import { noteStage } from './note-stage.js'
import type { RequestOutcome, StageContext } from './request-desk.js'

/** OpenAI's limit of one request. */
const MAX_TOTAL_TOKENS = 300_000
/** So long an answer may be rendered before others get their turn. */
const RENDER_TURN_MS = 2

/** The gateway's own embeddings, from its threads. */
export async function embedLocally(
  deps: PipelineDeps,
  { call, presence, record }: StageContext,
  work: {
    readonly task: EmbeddingsTask
    readonly embedder: LocalEmbedder
    readonly render: (answer: EmbeddingsAnswer) => Iterable<Buffer>
  },
): Promise<RequestOutcome> {
  const { embedder, task } = work
  const { model } = embedder
  const dimension = checkDimensions(task, model)
  checkTokens(task, model)
  const mayShorten = task.truncate ?? model.longInputs === 'shorten'
  if (!mayShorten) checkCharacters(task, model)

  const startedAt = deps.clock.now()
  const { gone, signal } = untilGone(presence)
  const mostTokens = mayShorten ? {} : { mostTokens: model.maxTokens }
  const outcome = await Promise.race([embedder.embed(task.inputs, { signal, ...mostTokens }), gone])
  if (outcome.kind === 'client-gone' || outcome.kind === 'failed') return outcome
  noteStage(record, 'embed', startedAt, deps.clock.now())
  if (outcome.kind === 'cancelled') return gone
  if (outcome.kind === 'unavailable') return { kind: 'failed', error: unavailable(outcome.reason) }
  if (outcome.kind === 'too-long') {
    throw tooLong(inputPath(outcome.position, task.single), `${outcome.tokenCount} tokens`, model)
  }

  const promptTokens = countTokens(outcome.value)
  record.usage = { inputTokens: promptTokens, outputTokens: 0 }
  const vectors = cutTo(dimension, outcome.value)
  const answer = { model: model.id, vectors, dimension, encoding: task.encoding, promptTokens }
  const body = await renderInTurns(work.render(answer), () => deps.clock.now())
  if (presence.gone) return { kind: 'client-gone' }
  record.status = 200
  call.response.writeHead(200, { ...answerHeaders(record), ...call.headers })
  call.response.end(body)
  return { kind: 'complete' }
}

type Gone = RequestOutcome & { kind: 'client-gone' | 'failed' }

/** Nobody waits for the answer any more: the client left, or the gateway cut the request off. */
function untilGone(presence: StageContext['presence']): { readonly gone: Promise<Gone>; readonly signal: AbortSignal } {
  const stop = new AbortController()
  const gone = new Promise<Gone>((resolve) => {
    presence.onGone((cut) => {
      stop.abort()
      resolve(cut === undefined ? { kind: 'client-gone' } : { kind: 'failed', error: cut })
    })
  })
  return { gone, signal: stop.signal }
}

function checkDimensions({ dimensions }: EmbeddingsTask, model: LocalEmbedderModel): number {
  if (dimensions === undefined || dimensions === model.dimension) return model.dimension
  if (model.dimensions.includes(dimensions)) return dimensions
  const allowed = [...new Set([...model.dimensions, model.dimension])].sort((a, b) => a - b)
  throw invalidRequest(
    'dimensions',
    allowed.length === 1
      ? `The vectors of '${model.id}' have ${model.dimension} dimensions and cannot be shortened.`
      : `'dimensions' must be one of ${allowed.join(', ')} for '${model.id}'.`,
  )
}

/** What can be said of token ids before the model has seen them. */
function checkTokens({ inputs, single }: EmbeddingsTask, model: LocalEmbedderModel): void {
  inputs.forEach((input, index) => {
    if (typeof input === 'string') return
    const wrong = input.findIndex((id) => id >= model.vocabularySize)
    if (wrong === -1) return
    const path = `${inputPath(index, single)}[${wrong}]`
    throw invalidRequest(
      path,
      `'${path}' is ${input[wrong]}, but the token ids of '${model.id}' end at ${model.vocabularySize - 1}. Ids belong to one model's vocabulary: send the text instead if they come from another one's.`,
    )
  })
  const total = inputs.reduce((sum, input) => sum + (typeof input === 'string' ? 0 : input.length), 0)
  refuseTotal(total)
}

/** Texts of which no model needs to be asked. */
function checkCharacters({ inputs, single }: EmbeddingsTask, model: LocalEmbedderModel): void {
  const most = readableCharacters(model.maxTokens)
  const index = inputs.findIndex((input) => typeof input === 'string' && input.length > most)
  if (index === -1) return
  throw tooLong(inputPath(index, single), `${inputs[index]?.length} characters (${most} are read)`, model)
}

function tooLong(param: string, found: string, { id, maxTokens }: LocalEmbedderModel): GatewayError {
  const help = 'Split it, or send "truncate": true to have it shortened.'
  const message = `'${param}' has ${found}, but '${id}' takes ${maxTokens} tokens at most. ${help}`
  return new GatewayError('context_length_exceeded', message, { param })
}

function countTokens({ tokenCounts }: Embeddings): number {
  const total = tokenCounts.reduce((sum, count) => sum + count, 0)
  refuseTotal(total)
  return total
}

function refuseTotal(total: number): void {
  if (total <= MAX_TOTAL_TOKENS) return
  throw invalidRequest(
    'input',
    `'input' has ${total} tokens in total, but one request may have ${MAX_TOTAL_TOKENS} at most.`,
  )
}

function unavailable(reason: UnavailableReason): GatewayError {
  switch (reason) {
    case 'late':
    case 'full':
      return new GatewayError('overloaded', 'The embedder has as much to do as it may. Try again shortly.')
    case 'failed':
      return new GatewayError('internal_error', 'The embedder failed on this request.')
    case 'closed':
      return new GatewayError('shutting_down', 'The gateway is shutting down.')
  }
}

function cutTo(dimension: number, { dimension: whole, vectors }: Embeddings): Float32Array {
  return dimension === whole ? vectors : shortenVectors(vectors, whole, dimension)
}

async function renderInTurns(pieces: Iterable<Buffer>, now: () => number): Promise<Buffer> {
  const rendered: Buffer[] = []
  let turnStartedAt = now()
  for (const piece of pieces) {
    rendered.push(piece)
    if (now() - turnStartedAt < RENDER_TURN_MS) continue
    await new Promise((resolve) => setImmediate(resolve))
    turnStartedAt = now()
  }
  return Buffer.concat(rendered)
}
