import type { CapturedRequest, Reply } from './provider-server.js'
import { type Asked, PLANTED_KEY, type ProviderName, type Question, type TestBed, UPSTREAM_MODELS } from './test-bed.js'
import { answerWell, FAULTY_WIRES } from './wire-faults.js'

/**
 * A model with a fallback, each at a provider of its own, so that what one test does to keys and breakers is nobody
 * else's. All are behind the server of one test bed.
 */
export interface Spot {
  readonly model: string
  readonly provider: ProviderName
  /** Undefined: the model stands alone. */
  readonly fallback: ProviderName | undefined
}

const TYPES: Readonly<Record<ProviderName, string>> = { openai: 'openai', anthropic: 'anthropic', google: 'gemini' }

/** The part of a configuration that holds the spots. */
export function spotsConfig(spots: readonly Spot[], serverUrl: string) {
  const providers: Record<string, object> = {}
  const models: object[] = []
  const fallbacks: Record<string, string[]> = {}
  const add = (id: string, name: ProviderName): void => {
    const baseUrl = name === 'openai' ? `${serverUrl}/v1` : serverUrl
    providers[providerOf(id)] = { type: TYPES[name], apiKey: PLANTED_KEY, baseUrl }
    const upstreamName = UPSTREAM_MODELS[name].split('/')[1]
    models.push({ id, provider: providerOf(id), upstreamName, contextTokens: 100_000, maxOutputTokens: 50_000 })
  }
  for (const { fallback, model, provider } of spots) {
    add(model, provider)
    if (fallback === undefined) continue
    add(insteadOf(model), fallback)
    fallbacks[model] = [insteadOf(model)]
  }
  return { providers, models, routing: { fallbacks } }
}

export const providerOf = (model: string): string => `at-${model}`
export const insteadOf = (model: string): string => `${model}-instead`

/** What a call is answered with. */
export type Step = (reply: Reply, request: CapturedRequest, provider: ProviderName) => void

export const well: Step = (reply, request, provider) => answerWell(reply, request, FAULTY_WIRES[provider])

export interface Played {
  readonly asked: Asked
  /** Who was called, in order. */
  readonly calls: () => readonly ProviderName[]
}

/** Asks, and answers the first call with the first step and so on; the last step is repeated. */
export function play(bed: TestBed, question: Question, steps: readonly Step[]): Played {
  const calls: ProviderName[] = []
  const asked = bed.ask(question, (reply, _asked, request) => {
    const provider = spokenBy(request)
    calls.push(provider)
    steps[Math.min(calls.length, steps.length) - 1]?.(reply, request, provider)
  })
  return { asked, calls: () => calls }
}

export function spokenBy({ path }: CapturedRequest): ProviderName {
  if (/generateContent/i.test(path)) return 'google'
  return path.endsWith('/messages') ? 'anthropic' : 'openai'
}
