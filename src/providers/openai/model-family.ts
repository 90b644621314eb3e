import type { Effort } from '../../core/chat-request.js'

/**
 * What the name of an OpenAI model says about it. Families are told by parsed version, so that next year's model is
 * recognised as what it most likely is. Other vendors' models on compatible servers have no family.
 */
export interface ModelFamily {
  /** Thinks before it answers: other token cap, other sampling rules. */
  readonly reasons: boolean
  /** Levels of `reasoning_effort`, lowest first; empty when it does not reason. */
  readonly efforts: readonly Effort[]
}

const NAME = /^(?:ft:)?(?:openai\/)?(?:o(\d+)|gpt-(\d+)(?:\.(\d+))?o?|chatgpt-\d+o?)(?:[-:](.*))?$/

const NO_EFFORTS: readonly Effort[] = []
const LOW_TO_HIGH: readonly Effort[] = ['low', 'medium', 'high']

export function parseModelFamily(name: string): ModelFamily | undefined {
  const match = NAME.exec(name)
  if (match === null) return undefined
  const [, series, major, minor, variant = ''] = match
  if (series !== undefined) return { reasons: true, efforts: LOW_TO_HIGH }
  const version = Number(major ?? 0)
  if (version < 5) return { reasons: false, efforts: NO_EFFORTS }
  return { reasons: true, efforts: gptEfforts(version, Number(minor ?? 0), variant) }
}

function gptEfforts(major: number, minor: number, variant: string): readonly Effort[] {
  if (major === 5) {
    if (minor === 0) return ['minimal', ...LOW_TO_HIGH]
    if (minor === 1) return ['none', ...LOW_TO_HIGH]
    if (minor <= 5) return ['none', ...LOW_TO_HIGH, 'xhigh']
    return ['none', ...LOW_TO_HIGH, 'xhigh', 'max']
  }
  if (major === 6 && minor <= 1) {
    const takesNone = minor === 0 ? /^(sol|luna)\b/ : /^terra\b/
    return takesNone.test(variant) ? ['none', ...LOW_TO_HIGH, 'xhigh', 'max'] : [...LOW_TO_HIGH, 'xhigh', 'max']
  }
  if (major === 6 && minor === 2) return [...LOW_TO_HIGH, 'xhigh']
  return LOW_TO_HIGH
}

const RESPONSES_ONLY_TOOLS = /^gpt-(6-astra|6\.1-sol|6\.1-terra)(-\d{4}-\d{2}-\d{2})?$/
const TOOLS_WITHOUT_REASONING = /^gpt-6-(sol|luna)(-\d{4}-\d{2}-\d{2})?$/

/** Models that take no tools on Chat Completions at all, only on the Responses API. */
export function needsResponsesForTools(name: string): boolean {
  return RESPONSES_ONLY_TOOLS.test(name)
}

/** Models that take tools on Chat Completions only with `reasoning_effort: "none"`. */
export function needsNoEffortForTools(name: string): boolean {
  return TOOLS_WITHOUT_REASONING.test(name)
}
