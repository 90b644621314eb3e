import { type EmbeddingsAnswer, type EmbeddingsTask, inputPath } from '../core/embeddings.js'
import { GatewayError, invalidRequest } from '../core/errors.js'
import { shortenVectors } from '../core/shorten-vectors.js'
import type { Embeddings, UnavailableReason } from '../inference/inference-pool.js'
import { answerHeaders } from './answer-headers.js'
import type { LocalEmbedder, LocalEmbedderModel, PipelineDeps } from './deps.js'
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

  const startedAt = deps.clock.now()
  const outcome = await Promise.race([embedder.embed(task.inputs), untilGone(presence)])
  if (outcome.kind === 'client-gone' || outcome.kind === 'failed') return outcome
  record.stagesMs.embed = deps.clock.now() - startedAt
  if (outcome.kind === 'unavailable') return { kind: 'failed', error: unavailable(outcome.reason) }

  const promptTokens = countTokens(outcome.value, task, model)
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

function untilGone(presence: StageContext['presence']): Promise<RequestOutcome & { kind: 'client-gone' | 'failed' }> {
  return new Promise((resolve) => {
    presence.onGone((cut) => resolve(cut === undefined ? { kind: 'client-gone' } : { kind: 'failed', error: cut }))
  })
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

/** @throws GatewayError 400 that names the first input that is too long, unless it may be shortened */
function countTokens({ tokenCounts }: Embeddings, task: EmbeddingsTask, model: LocalEmbedderModel): number {
  const shorten = task.truncate ?? model.longInputs === 'shorten'
  const tooLong = shorten ? -1 : tokenCounts.findIndex((count) => count > model.maxTokens)
  if (tooLong !== -1) {
    const param = inputPath(tooLong, task.single)
    throw new GatewayError(
      'context_length_exceeded',
      `'${param}' has ${tokenCounts[tooLong]} tokens, but '${model.id}' takes ${model.maxTokens} at most. Split it, or send "truncate": true to have it shortened.`,
      { param },
    )
  }
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
