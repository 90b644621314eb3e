import * as bounds from './bounds.js'
import { Count, CounterFamily, UsdTotal } from './counter-family.js'
import type { Family } from './family.js'
import { HistogramFamily } from './histogram-family.js'

const OF_MODEL = ['provider', 'model']

/** What requests are counted in. Names and labels are a contract with dashboards. */
export function createRequestFamilies() {
  return {
    requests: counter('requests', 'Requests by what became of them at the cache.', [...OF_MODEL, 'cache_status']),
    duration: histogram(
      'request_duration_seconds',
      'From the arrival of a request to its end, however it ended. Copies of kept answers are of the provider cache.',
      OF_MODEL,
      bounds.DURATION_SECONDS,
    ),
    firstToken: histogram(
      'time_to_first_token_seconds',
      'From the arrival of a request to the first piece of its answer, of streams. Copies are of the provider cache.',
      OF_MODEL,
      bounds.FIRST_TOKEN_SECONDS,
    ),
    gap: histogram(
      'inter_token_latency_seconds',
      'Between the pieces of a stream of a provider; 0 between those that came in one packet.',
      OF_MODEL,
      bounds.GAP_SECONDS,
    ),
    overhead: histogram(
      'overhead_seconds',
      'Time of a request in the gateway: without its provider, and without its client sending it.',
      [],
      bounds.OVERHEAD_SECONDS,
    ),
    tokens: counter('tokens', 'Tokens as providers counted them; those of copies are of the provider cache.', [
      ...OF_MODEL,
      'direction',
    ]),
    promptTokens: histogram('prompt_tokens', 'Prompt tokens of a request.', [], bounds.PROMPT_TOKENS),
    cost: usd('cost_usd', 'What calls of providers cost, as far as prices and counts are known.', OF_MODEL),
    costPerRequest: histogram(
      'cost_per_request_usd',
      'What a request cost that a provider was asked for.',
      OF_MODEL,
      bounds.COST_USD,
    ),
    unknownCosts: counter('unknown_cost_requests', 'Requests of which it is not known what they cost.', OF_MODEL),
    backgroundCost: usd('background_cost_usd', 'What calls cost that the gateway made for itself, by why.', ['cause']),
    savedByCache: usd('cost_saved_by_cache_usd', 'What copies of kept answers did not cost.', OF_MODEL),
    savedByRouting: usd('cost_saved_by_routing_usd', 'What was saved by choosing another than the strong model.', [
      'provider',
    ]),
    savedByPromptCache: usd(
      'cost_saved_by_prompt_cache_usd',
      "What was saved by the providers' own prompt caches, of requests that saved something.",
      ['provider'],
    ),
    similarity: histogram(
      'cache_similarity_score',
      'Cosine of the nearest kept prompt.',
      ['result'],
      bounds.SIMILARITY,
    ),
    routingDecisions: counter('routing_decisions', 'Requests for which the gateway chose a model.', [
      'strategy',
      'selected_model',
    ]),
    complexity: histogram(
      'complexity_score',
      'P(the cheap model is not enough) of routed prompts.',
      [],
      bounds.COMPLEXITY,
    ),
    providerErrors: counter('provider_errors', 'Calls of providers that failed.', ['provider', 'error_type']),
    retries: counter('retries', 'Calls made again, by why the one before had failed.', ['provider', 'reason']),
    fallbacks: counter('fallbacks', 'Calls of another model because the one before had failed.', ['from', 'to']),
    hedges: counter('hedges', 'Second calls made because the first one kept us waiting.', ['result']),
    escalations: counter('escalations', 'Calls of the strong model because an answer was not good enough.', [
      'from',
      'to',
    ]),
    droppedFields: counter('translation_dropped_fields', 'Fields that a provider has no equivalent of.', [
      'provider',
      'field',
    ]),
    disconnects: counter('client_disconnects', 'Clients that left before their answer had ended.', []),
    errors: counter('request_errors', 'Requests that ended in an error, by its code.', ['code']),
    refusals: counter('refusals', 'Requests refused at the door, before anything was done for them, by code.', [
      'code',
    ]),
  }
}

export type RequestFamilies = ReturnType<typeof createRequestFamilies>

export function counter(name: string, help: string, labels: readonly string[]): CounterFamily<Count> {
  return new CounterFamily({
    name: `llmrouter_${name}`,
    help,
    labels,
    isSparse: isOfModel(labels),
    create: () => new Count(),
  })
}

export function histogram(
  name: string,
  help: string,
  labels: readonly string[],
  upperBounds: readonly number[],
): HistogramFamily {
  return new HistogramFamily({
    name: `llmrouter_${name}`,
    help,
    labels,
    bounds: upperBounds,
    isSparse: isOfModel(labels),
  })
}

function usd(name: string, help: string, labels: readonly string[]): CounterFamily<UsdTotal> {
  return new CounterFamily({ name: `llmrouter_${name}`, help, labels, isSparse: true, create: () => new UsdTotal() })
}

/** All that is counted of a model is made together, with its first request. */
function isOfModel(labels: readonly string[]): boolean {
  return labels.includes('model')
}

export function listFamilies(families: RequestFamilies): readonly Family[] {
  return Object.values(families)
}
