import type { ContentWord, PromptReading } from '../text/read-prompt.js'

/** A verb in the passive on one side only: "are dogs allowed in the hotel", "does the hotel allow dogs". */
export interface VoiceChange {
  readonly verb: string
  readonly passive: PromptReading
  readonly active: PromptReading
}

export function voiceChange(a: PromptReading, b: PromptReading): VoiceChange | undefined {
  if (Math.max(a.content.length, b.content.length) > MOST_WORDS) return undefined
  for (const word of a.content) {
    const other = b.content.find(({ key }) => key === word.key)
    if (other === undefined || word.form === other.form) continue
    const [inA, inB] = [isPassive(word, a), isPassive(other, b)]
    if (inA !== inB) return { verb: word.key, passive: inA ? a : b, active: inA ? b : a }
  }
  return undefined
}

function isPassive({ form }: ContentWord, { allForms }: PromptReading): boolean {
  if (!form.endsWith('ed') && !PARTICIPLES.has(form)) return false
  const at = allForms.indexOf(form)
  return at > 0 && allForms.slice(Math.max(0, at - MOST_BETWEEN), at).some((earlier) => BEING.has(earlier))
}

/** In longer prompts a verb has its subject elsewhere; nor may comparing every word with every other take long. */
const MOST_WORDS = 24

/** "Is the starter for the bread fed": so many words from the auxiliary to its participle. */
const MOST_BETWEEN = 6
const BEING = new Set('is are am was were be been being get gets got getting'.split(' '))
const PARTICIPLES = new Set(
  `made done found built written sent paid grown drawn chosen given taken eaten kept sold bought brought spent shown seen
  known told held put cut set read fed led met lost won caught taught thrown broken frozen stolen driven beaten`.split(
    /\s+/,
  ),
)

/** What the verb is done to. Undefined if that does it on the other side: "dogs bite", "dogs are bitten". */
export function turnedAround({ verb, passive, active }: VoiceChange): ReadonlySet<string> | undefined {
  const [subject, agent] = [before(verb, passive), before(verb, active)]
  // "At what temperature …" stands before both; who acts stands next to the verb.
  if (subject.length > 0 && subject.at(-1) === agent.at(-1)) return undefined
  return new Set(subject.filter((key) => !agent.includes(key)))
}

function before(verb: string, { content }: PromptReading): string[] {
  const place = content.findIndex(({ key }) => key === verb)
  return content.slice(0, place).map(({ key }) => key)
}
