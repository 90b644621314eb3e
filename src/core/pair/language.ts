import type { PromptReading } from '../text/read-prompt.js'

/** The prompts are in different scripts, or in different languages as far as their small words tell. */
export function languageDiffers(a: PromptReading, b: PromptReading): boolean {
  const [scriptA, scriptB] = [scriptOf(a.text), scriptOf(b.text)]
  if (scriptA !== undefined && scriptB !== undefined && scriptA !== scriptB) return true
  const [languageA, languageB] = [languageOf(a), languageOf(b)]
  return languageA !== undefined && languageB !== undefined && languageA !== languageB
}

/** The beginning tells enough. */
const SAMPLE = 2_000

/** The script of most letters. */
function scriptOf(text: string): string | undefined {
  const sample = text.slice(0, SAMPLE)
  let [best, most]: [string | undefined, number] = [undefined, 0]
  for (const [script, pattern] of SCRIPTS) {
    const letters = sample.match(pattern)?.length ?? 0
    if (letters > most) [best, most] = [script, letters]
  }
  return best
}

const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ['latin', /\p{Script=Latin}/gu],
  ['cyrillic', /\p{Script=Cyrillic}/gu],
  ['greek', /\p{Script=Greek}/gu],
  ['arabic', /\p{Script=Arabic}/gu],
  ['hebrew', /\p{Script=Hebrew}/gu],
  ['devanagari', /\p{Script=Devanagari}/gu],
  ['thai', /\p{Script=Thai}/gu],
  ['hangul', /\p{Script=Hangul}/gu],
  ['kana', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ['han', /\p{Script=Han}/gu],
]

/** The language with the most small words, if there are two of them and twice those of any other. */
function languageOf({ written }: PromptReading): string | undefined {
  const counts = new Map<string, number>()
  for (const { form } of written.slice(0, SAMPLE)) {
    for (const language of LANGUAGES.get(form) ?? []) counts.set(language, (counts.get(language) ?? 0) + 1)
  }
  const [first, second] = [...counts].sort(([, x], [, y]) => y - x)
  return first !== undefined && first[1] >= 2 && first[1] > 2 * (second?.[1] ?? 0) ? first[0] : undefined
}

const SMALL_WORDS: Readonly<Record<string, string>> = {
  en: 'the is are of to and in for how what why when where who do does can i my you a an with on it this that from',
  de: 'der die das ist sind und ich ein eine einen wie was warum wann wo wer nicht für mit auf im zu von kann mein den',
  fr: 'le la les est sont et je un une des comment quoi pourquoi quand où qui pas pour avec dans du de puis mon que ce',
  es: 'el la los las es son y yo un una cómo como qué que por cuándo dónde quién no para con en de puedo mi del',
  it: 'il lo la gli è sono e io un una come cosa perché quando dove chi non per con in di posso mio che del',
  pt: 'o a os as é são e eu um uma como que por quando onde quem não para com em de posso meu do da',
  nl: 'de het is zijn en ik een hoe wat waarom wanneer waar wie niet voor met op in van kan mijn dat',
}

const LANGUAGES: ReadonlyMap<string, readonly string[]> = languagesByWord()

function languagesByWord(): Map<string, string[]> {
  const table = new Map<string, string[]>()
  for (const [language, words] of Object.entries(SMALL_WORDS)) {
    for (const word of words.split(' ')) table.set(word, [...(table.get(word) ?? []), language])
  }
  return table
}
