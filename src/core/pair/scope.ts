import type { PromptReading } from '../text/read-prompt.js'
import { differ, missingItems } from './missing-items.js'

/**
 * The same words reach further or elsewhere on one side: "delete all messages" / "delete a message", `==` / `=`, "raise it
 * by 5" / "raise it to 5". Told among small words, which content does not show.
 */
export const scopeDiffers = (a: PromptReading, b: PromptReading): boolean =>
  differ(missingItems(scopeOf(a), scopeOf(b)))

function scopeOf({ content, questionType, tokens }: PromptReading): string[] {
  // "List the countries", "what are the rivers": all of them are meant anyhow.
  const acts = questionType === 'how-to' || (questionType === 'command' && content[0]?.isLight === false)

  return [
    ...content.flatMap(({ after, isNumber }) => (isNumber && BOUNDING.has(after) ? [`${after} number`] : [])),
    ...tokens.flatMap(({ form }) => (COMPARING.has(form) ? [form] : [])),
    ...new Set(tokens.flatMap(({ form }) => (acts && REACHING.has(form) ? [form] : []))),
  ]
}

const BOUNDING = new Set(['by', 'to', 'from', 'at', 'until', 'since', 'within', 'per'])
const COMPARING = new Set(['=', '<', '>'])
const REACHING = new Set(['all', 'every', 'each', 'both'])
