import { createRandom } from '../cache-eval/random.js'
import { hash, type StreamPrompt } from './stream-prompts.js'

export type Tier = 'cheap' | 'strong'

/** What either model answers: the labels decide, so that a client can tell from the text alone whether it is right. */
export interface AnswerScript {
  textOf(prompt: StreamPrompt, tier: Tier): string
  isRight(prompt: StreamPrompt, text: string): boolean
  /** The group whose right answer it is; undefined: a wrong one. */
  groupOf(text: string): string | undefined
}

const WORDS = 30

/** Right answers to a group are the same from both models; wrong ones are of that model and that prompt alone. */
export function createAnswerScript(prompts: readonly StreamPrompt[]): AnswerScript {
  const words = vocabularyOf(prompts)
  const groups = new Map(prompts.map(({ group }) => [rightText(group, words), group]))
  return {
    textOf: (prompt, tier) =>
      prompt[tier] === 1 ? rightText(prompt.group, words) : rightText(`${tier} errs: ${prompt.prompt}`, words),
    isRight: ({ group }, text) => text === rightText(group, words),
    groupOf: (text) => groups.get(text),
  }
}

function rightText(key: string, words: readonly string[]): string {
  const random = createRandom(hash(key))
  const drawn = Array.from({ length: WORDS }, () => words[Math.floor(random() * words.length)] ?? '')
  return `${drawn.join(' ')} (${hash(key).toString(36)}).`
}

/** Words of the prompts themselves, so that answers are in the language of the questions. */
function vocabularyOf(prompts: readonly StreamPrompt[]): readonly string[] {
  const words = new Set<string>()
  for (const { prompt } of prompts.slice(0, 2000)) {
    for (const word of prompt.toLowerCase().match(/\b[a-z]{4,12}\b/g) ?? []) words.add(word)
  }
  return [...words].sort()
}
