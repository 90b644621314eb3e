import type { QuestionType } from '../text/question-frame.js'
import type { PromptReading } from '../text/read-prompt.js'

export const questionTypeDiffers = (a: PromptReading, b: PromptReading): boolean => a.questionType !== b.questionType

/**
 * The types ask for different kinds of answer: why / how, when / where. "what is the boiling point", "boiling point" and
 * "give the boiling point" can be one request and do not clash.
 */
export function questionTypesClash(a: PromptReading, b: PromptReading): boolean {
  const [groupA, groupB] = [GROUPS[a.questionType], GROUPS[b.questionType]]
  if (groupA === groupB) return false
  // "What is a VPN" may be answered by how it works, not by how to get one.
  if (groupA === 'definition' || groupB === 'definition')
    return !NEAR_DEFINITION.has(groupA === 'definition' ? groupB : groupA)
  return groupA !== 'open' && groupB !== 'open'
}

const NEAR_DEFINITION = new Set(['open', 'how', 'measure', 'yes-no'])

const GROUPS: Readonly<Record<QuestionType, string>> = {
  what: 'open',
  definition: 'definition',
  command: 'open',
  statement: 'open',
  measure: 'measure',
  who: 'who',
  when: 'when',
  where: 'where',
  why: 'why',
  how: 'how',
  'how-to': 'how-to',
  'yes-no': 'yes-no',
}
