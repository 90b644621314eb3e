/**
 * What a model takes, read from its name. Families are told apart by their version, not by a list of names, so that
 * next month's model is served by the newest rules instead of the oldest.
 */
export interface ModelFeatures {
  readonly thinking: ThinkingControl
  /** `frequencyPenalty` and `presencePenalty`. */
  readonly penalties: boolean
  /** `candidateCount` above 1. */
  readonly severalCandidates: boolean
  /** May the conversation end with a model turn, which the answer then goes on with? */
  readonly prefill: boolean
  /** Structured output and function tools in one request. */
  readonly jsonWithTools: boolean
  /** `systemInstruction`; without it the system prompt stands in front of the first user text. */
  readonly systemInstruction: boolean
  /** `mediaResolution` on a single part. */
  readonly partResolution: boolean
  /** Images and documents inside a `functionResponse`. */
  readonly mediaInToolResults: boolean
  /** The first call of every step of the current turn needs its thought signature back. */
  readonly signedCalls: boolean
}

/** From the least thinking to the most. */
export const THINKING_LEVELS = ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH', 'XHIGH'] as const
export type ThinkingLevel = (typeof THINKING_LEVELS)[number]

export type ThinkingControl =
  /** `thinkingBudget` in tokens; `min` is the least above 0. */
  | { readonly by: 'budget'; readonly min: number; readonly max: number; readonly canBeOff: boolean }
  /** `thinkingLevel`; it cannot be turned off. */
  | { readonly by: 'level'; readonly levels: readonly ThinkingLevel[] }
  | { readonly by: 'nothing' }

/** @param name the provider's name of the model, with or without `models/` */
export function parseModelFeatures(name: string): ModelFeatures {
  const plain = name.toLowerCase().replace(/^models\//, '')
  if (plain.startsWith('gemma')) return GEMMA
  const version = parseVersion(plain)
  return {
    thinking: chooseThinkingControl(plain, version),
    // 2.5 takes them on Vertex AI only.
    penalties: version < GEMINI_4 && version !== GEMINI_2_5,
    severalCandidates: version < GEMINI_4,
    prefill: version < GEMINI_4,
    jsonWithTools: version >= GEMINI_3,
    systemInstruction: true,
    partResolution: version >= GEMINI_3,
    mediaInToolResults: version >= GEMINI_3,
    signedCalls: version >= GEMINI_3,
  }
}

const GEMMA: ModelFeatures = {
  thinking: { by: 'nothing' },
  penalties: false,
  severalCandidates: true,
  prefill: true,
  jsonWithTools: false,
  systemInstruction: false,
  partResolution: false,
  mediaInToolResults: false,
  signedCalls: false,
}

const GEMINI_2_5 = 205
const GEMINI_3 = 300
const GEMINI_3_1 = 301
const GEMINI_3_7 = 307
const GEMINI_4 = 400

/**
 * The version as a number that sorts: 307 is 3.7 and 310 is 3.10. Names without one (`gemini-flash-latest`, other
 * families) sort behind all others: such an alias moves on to the newest model by itself.
 */
function parseVersion(name: string): number {
  const match = /^gemini-(\d{1,3})(?:\.(\d{1,2}))?(?!\d)/.exec(name)
  return match === null ? Number.POSITIVE_INFINITY : Number(match[1]) * 100 + Number(match[2] ?? 0)
}

function chooseThinkingControl(name: string, version: number): ThinkingControl {
  if (version < GEMINI_2_5) return { by: 'nothing' }
  if (version < GEMINI_3) return chooseBudget(name)
  return { by: 'level', levels: chooseLevels(name, version) }
}

function chooseBudget(name: string): ThinkingControl {
  if (/-(?:image|tts|live|audio)\b/.test(name)) return { by: 'nothing' }
  if (/-pro\b/.test(name)) return { by: 'budget', min: 128, max: 32_768, canBeOff: false }
  return { by: 'budget', min: /-lite\b/.test(name) ? 512 : 1, max: 24_576, canBeOff: true }
}

function chooseLevels(name: string, version: number): readonly ThinkingLevel[] {
  if (/-pro\b/.test(name) && version < GEMINI_3_1) return ['LOW', 'HIGH']
  if (/-flash\b/.test(name) && version < GEMINI_3_7) return ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH']
  if (/^gemini-4-(?:neon|hydrogen)\b/.test(name)) return ['LOW', 'MEDIUM', 'HIGH', 'XHIGH']
  return ['LOW', 'MEDIUM', 'HIGH']
}
