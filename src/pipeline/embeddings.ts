import type { EmbeddingsAnswer, EmbeddingsRequest, EmbeddingsTask } from '../core/embeddings.js'
import { GatewayError, invalidRequest } from '../core/errors.js'
import { expectedEmbeddingTokens } from '../core/limits/expected-tokens.js'
import { chooseEmbedder } from './choose-embedder.js'
import { type Controls, parseControls } from './controls.js'
import { decodeUtf8 } from './decode-utf8.js'
import type { PipelineDeps } from './deps.js'
import { embedLocally } from './embed-locally.js'
import { noteStage } from './note-stage.js'
import { passEmbeddings } from './pass-embeddings.js'
import { refuseDrops } from './refuse-drops.js'
import type { Serve, StageContext } from './request-desk.js'

export interface EmbeddingsFormat {
  readonly parse: (raw: string) => EmbeddingsRequest
  /** The request as our own embedder understands it. */
  readonly parseTask: (request: EmbeddingsRequest) => EmbeddingsTask
  /** The answer's body, in pieces that each take a moment. */
  readonly render: (answer: EmbeddingsAnswer) => Iterable<Buffer>
}

/** The way of one request for embeddings, from its bytes to its answer: in our own threads, or at a provider. */
export function createServeEmbeddings(deps: PipelineDeps, format: EmbeddingsFormat): Serve {
  return async (stage) => {
    const { call, presence, record, runtime } = stage
    const body = await call.request.body()
    const startedAt = deps.clock.now()
    record.bodyMs = startedAt - record.startedAtMs
    const raw = decodeUtf8(body)
    const request = format.parse(raw)
    noteStage(record, 'parse', startedAt, deps.clock.now())
    record.requestedModel = request.model
    const controls = parseControls(call.request.headers, runtime.models.providers)

    const { localEmbedder } = deps
    const chosen = chooseEmbedder({ model: request.model, runtime, localEmbedder, mayUse: call.mayUse })
    record.provider = chosen.target.provider
    record.model = chosen.target.id
    checkControls(controls, stage)
    await stage.reserve(() => expectedEmbeddingTokens(request.fields.input))
    if (presence.gone) return { kind: 'client-gone' }
    if (chosen.kind === 'provider') return passEmbeddings(deps, stage, request, chosen)

    const task = format.parseTask(request)
    refuseDrops(task.unknown, runtime.strict, record.provider)
    record.dropped = task.unknown
    return embedLocally(deps, stage, { task, embedder: chosen.embedder, render: format.render })
  }
}

/** Embeddings are neither routed nor cached. */
function checkControls({ cache, provider, route }: Controls, { record }: StageContext): void {
  if (route !== undefined) {
    throw invalidRequest(
      'X-Route',
      'X-Route chooses among chat models. Leave it out: embeddings come from the named model.',
    )
  }
  if (provider !== undefined) {
    throw invalidRequest(
      'X-Provider',
      `X-Provider chooses among chat models. Leave it out, or write the model as 'provider/name'.`,
    )
  }
  if (cache !== 'only') return
  record.cache = 'ONLY_MISS'
  throw new GatewayError('cache_miss', 'Embeddings are not cached, and X-Cache: only forbids making them.')
}
