import type { PromptReading } from '../text/read-prompt.js'
import { differ, missingItems } from './missing-items.js'

/**
 * The same words reach further or elsewhere on one side: "delete all messages" / "delete a message", `==` / `=`, "raise it
 * by 5" / "raise it to 5". Told among small words, which content does not show.
 */
export const scopeDiffers = (a: PromptReading, b: PromptReading): boolean =>
  differ(missingItems(scopeOf(a, acts(a) || acts(b)), scopeOf(b, acts(a) || acts(b))))

/** "List the countries", "what are the rivers": all of them are meant anyhow. */
const acts = ({ content, questionType }: PromptReading): boolean =>
  questionType === 'how-to' || (questionType === 'command' && content[0]?.isLight === false)

function scopeOf({ content, tokens }: PromptReading, isDeed: boolean): string[] {
  return [
    ...content.flatMap(({ after, isNumber }) => (isNumber && BOUNDING.has(after) ? [`${after} number`] : [])),
    ...tokens.flatMap(({ form }) => (COMPARING.has(form) ? [form] : [])),
    ...new Set(
      tokens.flatMap(({ form }, at) => (isDeed && reaches(tokens, at) ? [EACH.has(form) ? 'every' : form] : [])),
    ),
    ...tokens.flatMap(({ form }, at) => (PARTIAL.has(form) && tokens[at + 1]?.form === 'of' ? ['part'] : [])),
  ]
}

/** "All my contacts" are "my contacts". */
const reaches = (tokens: PromptReading['tokens'], at: number): boolean => {
  const [form, next, thing] = [at, at + 1, at + 2].map((place) => tokens[place]?.form ?? '')
  return REACHING.has(form ?? '') && !(form === 'all' && OWNED.has(next ?? '') && (thing ?? '').endsWith('s'))
}

const BOUNDING = new Set(['by', 'to', 'from', 'at', 'until', 'since', 'within', 'per'])
const COMPARING = new Set(['=', '<', '>'])
/** "Some of my files" are not "my files". */
const PARTIAL = new Set(['some', 'most', 'half', 'part', 'none', 'many', 'any', 'one', 'few'])
const OWNED = new Set(['my', 'our', 'your', 'the'])
const EACH = new Set(['each', 'every'])
const REACHING = new Set(['all', 'every', 'each', 'both'])
