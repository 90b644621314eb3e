import { createHash } from 'node:crypto'
import type { ChatRequest } from '../../core/chat-request.js'
import type { Message } from '../../core/message.js'
import { standsAlone } from '../../core/stands-alone.js'
import { canonicalJson } from './canonical-json.js'

/** What a request is to the cache. Everything in here is a digest but the prompt. */
export interface CacheIdentity {
  /** 32 hexadecimal digits: the same for requests that ask the same of the same model, word for word. */
  readonly exactKey: string
  readonly namespace: string | null
  /** Null: an answer may only be given to the very same request. */
  readonly semantic: SemanticIdentity | null
}

export interface SemanticIdentity {
  /** 32 hexadecimal digits: answers never cross from one partition to another. */
  readonly partition: string
  /** Text of the last user turn, the only part in which two requests of a partition may differ. */
  readonly prompt: string
}

/** Who asks, and of whom: never shared. */
export interface CacheScope {
  readonly tenant: string
  readonly namespace: string | undefined
  /** A pinned model's id, or which kind of routing chooses one. */
  readonly modelClass: string
  /** Fingerprint of the embedding model; vectors of two models cannot be compared. Null: there is none. */
  readonly embedder: string | null
}

/** Changes whenever the meaning of a key changes; old entries are then never found again. */
const VERSION = 1

/**
 * Exact key and partition of a request. Left out of both is what does not change the answer: streaming, usage options,
 * the end user's id, tags, service tier, prompt-cache markers, and where the client wrote things.
 */
export function identifyRequest(request: ChatRequest, scope: CacheScope): CacheIdentity {
  const terms = termsOf(request, scope)
  return {
    namespace: scope.namespace ?? null,
    exactKey: digest('exact', { ...terms, messages: request.messages.map(canonicalMessage) }),
    semantic: semanticIdentity(request, scope, terms),
  }
}

/** What must be equal in any case. */
function termsOf(request: ChatRequest, scope: CacheScope): Record<string, unknown> {
  return {
    tenant: scope.tenant,
    namespace: scope.namespace,
    model: scope.modelClass,
    tools: request.tools?.map(({ path: _, cacheControl: __, ...tool }) => tool),
    toolChoice: request.toolChoice,
    parallelToolCalls: request.parallelToolCalls,
    responseFormat: withoutPath(request.responseFormat),
    reasoning: withoutPath(request.reasoning),
    maxTokens: request.maxTokens,
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    stop: request.stop,
    seed: request.seed,
    frequencyPenalty: request.frequencyPenalty,
    presencePenalty: request.presencePenalty,
    n: request.n,
    logprobs: request.logprobs,
    topLogprobs: request.topLogprobs,
    extras: request.extras,
  }
}

function semanticIdentity(
  request: ChatRequest,
  scope: CacheScope,
  terms: Record<string, unknown>,
): SemanticIdentity | null {
  const prompt = lastTurn(request)
  if (scope.embedder === null || prompt === null || mayActOnItsOwn(request)) return null
  const earlier = request.messages.slice(0, -1)
  const system = earlier.filter((message) => message.role === 'system')
  const talk = earlier.filter((message) => message.role !== 'system')
  const context = talk.length === 0 || standsAlone(prompt, userTurns(talk)) ? null : talk.map(canonicalMessage)
  const partition = { ...terms, embedder: scope.embedder, system: system.map(canonicalMessage), context }
  return { partition: digest('partition', partition), prompt }
}

function userTurns(talk: readonly Message[]): string[] {
  return talk.flatMap((message) => (message.role === 'user' ? [textOf(message)] : []))
}

function textOf({ parts }: Message): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('\n')
}

/** Text of the last turn, if a user says it and nothing but text was ever said. */
function lastTurn({ messages }: ChatRequest): string | null {
  const last = messages.at(-1)
  if (last?.role !== 'user' || !messages.every(isOnlyText)) return null
  const text = textOf(last)
  return text.trim() === '' ? null : text
}

function isOnlyText(message: Message): boolean {
  return message.role !== 'tool' && message.parts.every((part) => part.type === 'text')
}

/** A tool may do something in the world, with arguments taken from the very words of the prompt. */
function mayActOnItsOwn({ tools, toolChoice }: ChatRequest): boolean {
  return tools !== undefined && tools.length > 0 && toolChoice?.mode !== 'none'
}

function canonicalMessage(message: Message): unknown {
  const { path: _, parts, ...rest } = message
  const about = 'cacheControl' in rest ? { ...rest, cacheControl: undefined } : rest
  return { ...about, parts: parts.map((part) => ({ ...part, path: undefined, cacheControl: undefined })) }
}

function withoutPath(value: object | undefined): unknown {
  return value && { ...value, path: undefined }
}

function digest(kind: string, value: unknown): string {
  return createHash('sha256')
    .update(`${VERSION}\n${kind}\n${canonicalJson(value)}`)
    .digest('hex')
    .slice(0, 32)
}
