/**
 * What a Claude model takes, worked out from its name. Models are matched by family and version, never by a list of
 * names: a name from next month, or one we cannot read, gets the rules of the newest generation.
 */

export type AnthropicEffort = 'low' | 'medium' | 'high' | 'xhigh' | 'max'

type ThinkingStyle =
  | { readonly kind: 'none' }
  /** `thinking: {type: 'enabled', budget_tokens}` is the only mode. */
  | { readonly kind: 'budget' }
  /** The model decides how much to think; `output_config.effort` steers it. `off` is how to ask for none of it. */
  | {
      readonly kind: 'adaptive'
      readonly onByDefault: boolean
      readonly off: 'disabled' | 'between_tools' | 'never'
    }

export interface ModelFeatures {
  /** `temperature`, `top_p` and `top_k` may be sent. */
  readonly sampling: boolean
  readonly thinking: ThinkingStyle
  /** Values of `output_config.effort`, lowest first. */
  readonly efforts: readonly AnthropicEffort[]
  /** `tool_choice` may be `any` or `tool`. */
  readonly forcedToolChoice: boolean
  /** The last message may be the beginning of the answer. */
  readonly prefill: boolean
  /** `output_config.format` and `strict` tools. */
  readonly structuredOutputs: boolean
  readonly maxOutputTokens: number
}

interface ModelName {
  /** `opus`, `sonnet`, `haiku` …; empty when the name does not say. */
  readonly family: string
  /** Major × 100 + minor; infinite when the name does not say, so that it counts as the newest. */
  readonly version: number
}

// `claude-opus-4-5-20251101`, `claude-sonnet-4-20250514`, `anthropic/claude-haiku-4.5`. A date is no minor version.
const FAMILY_FIRST = /claude-([a-z]+)-(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/
// `claude-3-5-sonnet-20241022`, `claude-3-opus-latest`
const VERSION_FIRST = /claude-(\d{1,2})(?:[-.](\d{1,2}))?-([a-z]+)/
const FAMILY_ONLY = /claude-([a-z]+)/
const VERSION_ONLY = /claude-v?(\d{1,2})(?:\.(\d{1,2}))?(?!\d)/

export function parseModelName(name: string): ModelName {
  const text = name.toLowerCase()
  const familyFirst = FAMILY_FIRST.exec(text)
  if (familyFirst !== null) return { family: familyFirst[1] ?? '', version: version(familyFirst[2], familyFirst[3]) }
  const versionFirst = VERSION_FIRST.exec(text)
  if (versionFirst !== null)
    return { family: versionFirst[3] ?? '', version: version(versionFirst[1], versionFirst[2]) }
  const versionOnly = VERSION_ONLY.exec(text)
  if (versionOnly !== null) return { family: '', version: version(versionOnly[1], versionOnly[2]) }
  return { family: FAMILY_ONLY.exec(text)?.[1] ?? '', version: Number.POSITIVE_INFINITY }
}

function version(major: string | undefined, minor: string | undefined): number {
  return Number(major) * 100 + Number(minor ?? 0)
}

const ALL_EFFORTS: readonly AnthropicEffort[] = ['low', 'medium', 'high', 'xhigh', 'max']
const EFFORTS_OF_4_6: readonly AnthropicEffort[] = ['low', 'medium', 'high', 'max']

export function modelFeatures(name: string): ModelFeatures {
  const model = parseModelName(name)
  const { family, version } = model
  return {
    sampling: version <= 406,
    thinking: thinkingStyle(model),
    efforts: version >= 407 ? ALL_EFFORTS : version >= 406 ? EFFORTS_OF_4_6 : [],
    // Refused from 5.1 on, except by the small models.
    forcedToolChoice: version <= 500 || family === 'haiku',
    // Which of 4.6 to 4.8 refuse is not documented; those are left to say so themselves.
    prefill: version < 500,
    structuredOutputs: version >= 405 || (family === 'opus' && version === 401),
    maxOutputTokens: maxOutputTokens(model),
  }
}

function thinkingStyle({ family, version }: ModelName): ThinkingStyle {
  if (version < 307) return { kind: 'none' }
  if (version <= 405) return { kind: 'budget' }
  return { kind: 'adaptive', onByDefault: version >= 500, off: thinkingSwitch(family, version) }
}

function thinkingSwitch(family: string, version: number): 'disabled' | 'between_tools' | 'never' {
  switch (family) {
    case 'haiku':
      return 'disabled'
    case 'sonnet':
      return version >= 505 ? 'between_tools' : 'disabled'
    case 'opus':
      return version >= 505 ? 'never' : 'disabled'
    default:
      return 'never' // Fable, Mythos, and whatever comes: not sending a switch is always accepted
  }
}

function maxOutputTokens({ family, version }: ModelName): number {
  if (version < 305) return 4_096
  if (version < 307) return 8_192
  if (family === 'opus' && version < 405) return 32_000
  if (version <= 405 || (family === 'sonnet' && version === 406)) return 64_000
  return 128_000
}
