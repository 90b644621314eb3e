import { hashText } from './planned-answer.js'

const SUBJECTS = ['password', 'invoice', 'delivery', 'account', 'router', 'bicycle', 'tax return', 'vegetable garden']
const ACTIONS = ['reset', 'repair', 'cancel', 'insure', 'describe', 'move', 'sell', 'share']

/** Asked again and again. */
export const HOT_QUESTIONS: readonly string[] = SUBJECTS.flatMap((subject) =>
  ACTIONS.map((action) => `How do I ${action} my ${subject}?`),
)

/** Never asked before. */
export function freshQuestion(n: number): string {
  const subject = SUBJECTS[n % SUBJECTS.length]
  return `Write a short note about ${subject} number ${n}, and say what is special about ${n * 7 + 3}.`
}

/** The same in other words: a hit by meaning where the cache is sure enough. */
export const VARIANTS: readonly ((question: string) => string)[] = [
  (question) => question.toLowerCase(),
  (question) => question.replace('How do I', 'how can I'),
  (question) => question.replaceAll(' ', '  ').replace('?', ' ?'),
]

/** What all wordings of one question share. */
export function keyOf(prompt: string): string {
  const words = prompt
    .toLowerCase()
    .replace('how can i', 'how do i')
    .match(/[a-z0-9]+/g)
  return hashText((words ?? []).join(' '))
}
