import { unsupportedParameter } from '../../core/errors.js'
import type { ModelSpec } from '../../core/model-spec.js'
import { encodeThinking, type ThinkingConfig } from './encode-thinking.js'
import { withoutDialect } from './encode-tools.js'
import { CLIENT_FIELDS, type Encoding } from './encoding.js'

export interface GenerationConfig {
  readonly temperature?: number
  readonly topP?: number
  readonly topK?: number
  readonly candidateCount?: number
  readonly maxOutputTokens?: number
  readonly stopSequences?: readonly string[]
  readonly responseLogprobs?: true
  readonly logprobs?: number
  readonly presencePenalty?: number
  readonly frequencyPenalty?: number
  readonly seed?: number
  readonly responseMimeType?: 'application/json'
  readonly responseJsonSchema?: Readonly<Record<string, unknown>>
  readonly thinkingConfig?: ThinkingConfig
}

export function encodeGenerationConfig(encoding: Encoding, model: ModelSpec, stream: boolean): GenerationConfig {
  const { temperature, topP, topK, seed } = encoding.request
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(topK !== undefined && { topK }),
    ...candidateCount(encoding, stream),
    ...maxOutputTokens(encoding, model),
    ...stopSequences(encoding),
    ...logprobs(encoding),
    ...penalties(encoding),
    // Gemini's seed has 32 bits. Folding keeps what a seed is for: the same one, the same answer.
    ...(seed !== undefined && { seed: seed | 0 }),
    ...responseFormat(encoding),
    ...thinkingConfig(encoding),
  }
}

function candidateCount({ request, features }: Encoding, stream: boolean): GenerationConfig {
  const { n = 1 } = request
  if (n === 1) return {}
  if (!features.severalCandidates) throw unsupportedParameter('n', "'n' must be 1: this Gemini model gives one answer.")
  if (stream)
    throw unsupportedParameter('n', "'n' must be 1 in a stream: Gemini gives several answers only in one piece.")
  return { candidateCount: n }
}

function maxOutputTokens({ request }: Encoding, model: ModelSpec): GenerationConfig {
  const { maxTokens, maxTokensField = 'max_tokens' } = request
  if (maxTokens === undefined) return {}
  if (maxTokens === 0) {
    throw unsupportedParameter(maxTokensField, `'${maxTokensField}' must be at least 1: Gemini cannot answer nothing.`)
  }
  // More than the model can give is refused upstream, and means the same as its limit.
  return { maxOutputTokens: Math.min(maxTokens, model.maxOutputTokens ?? maxTokens) }
}

const MAX_STOP_SEQUENCES = 5

function stopSequences({ request }: Encoding): GenerationConfig {
  // The empty text cannot stop anything, and is refused upstream.
  const sequences = request.stop?.filter((sequence) => sequence !== '') ?? []
  if (sequences.length === 0) return {}
  if (sequences.length > MAX_STOP_SEQUENCES) {
    const path = CLIENT_FIELDS[request.dialect].stop
    throw unsupportedParameter(path, `'${path}' must hold at most ${MAX_STOP_SEQUENCES} sequences for Gemini.`)
  }
  return { stopSequences: sequences }
}

function logprobs({ request }: Encoding): GenerationConfig {
  if (request.logprobs !== true) return {}
  const { topLogprobs = 0 } = request
  return { responseLogprobs: true, ...(topLogprobs > 0 && { logprobs: topLogprobs }) }
}

function penalties({ request, features, drop }: Encoding): GenerationConfig {
  const { presencePenalty = 0, frequencyPenalty = 0 } = request
  if (features.penalties) {
    return { ...(presencePenalty !== 0 && { presencePenalty }), ...(frequencyPenalty !== 0 && { frequencyPenalty }) }
  }
  if (presencePenalty !== 0) drop('presence_penalty')
  if (frequencyPenalty !== 0) drop('frequency_penalty')
  return {}
}

function responseFormat({ request, features }: Encoding): GenerationConfig {
  const format = request.responseFormat
  if (format === undefined || format.type === 'text') return {}
  if (!features.jsonWithTools && request.tools !== undefined && request.tools.length > 0) {
    const path = CLIENT_FIELDS[request.dialect].responseFormat
    throw unsupportedParameter(path, `'${path}' cannot be combined with 'tools' on this Gemini model.`)
  }
  const responseMimeType = 'application/json'
  // A schema that says nothing asks for any JSON.
  if (format.type === 'json-object' || Object.keys(format.schema).length === 0) return { responseMimeType }
  return { responseMimeType, responseJsonSchema: withoutDialect(format.schema) }
}

function thinkingConfig({ request, features, drop }: Encoding): GenerationConfig {
  if (request.reasoning === undefined) return {}
  const config = encodeThinking(request.reasoning, features.thinking)
  if (config === undefined) {
    drop(request.reasoning.path)
    return {}
  }
  // Adaptive thinking that nobody wants to see is what the model does anyway.
  return Object.keys(config).length === 0 ? {} : { thinkingConfig: config }
}
