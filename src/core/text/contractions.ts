import type { Token } from './tokenise.js'

/** "don't" → "do not", "what's" → "what is", "dog's" → "dog". */
export function expandContractions(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token) => {
    const forms = token.kind === 'word' ? expand(token.form) : [token.form]
    if (forms.length === 1 && forms[0] === token.form) return [token]
    return forms.map((form, place) => ({ ...token, form, opensSentence: token.opensSentence && place === 0 }))
  })
}

function expand(word: string): readonly string[] {
  const whole = WHOLE.get(word)
  if (whole !== undefined) return whole
  const apostrophe = word.lastIndexOf("'")
  if (apostrophe < 0) return [word]
  const [head, tail] = [word.slice(0, apostrophe), word.slice(apostrophe + 1)]
  if (tail === 't' && head.endsWith('n')) return [head.slice(0, -1), 'not']
  if (tail === 's') return TAKES_IS.has(head) ? [head, 'is'] : [head]
  const verb = TAILS.get(tail)
  return verb === undefined ? [word.replaceAll("'", '')] : [head, verb]
}

const TAILS = new Map([
  ['re', 'are'],
  ['ve', 'have'],
  ['ll', 'will'],
  ['d', 'would'],
  ['m', 'am'],
])

/** After these `'s` is a verb; after any other word it is a genitive. */
const TAKES_IS = new Set(
  'what who where when why how it that this there here he she let which everything something'.split(' '),
)

/** Irregular, and the ones commonly typed without their apostrophe ("its", "were", "wed" are words of their own). */
const WHOLE = new Map(
  [
    "can't:can not",
    "won't:will not",
    "shan't:shall not",
    "ain't:is not",
    'cannot:can not',
    'cant:can not',
    'dont:do not',
    'doesnt:does not',
    'didnt:did not',
    'isnt:is not',
    'arent:are not',
    'wasnt:was not',
    'werent:were not',
    'wouldnt:would not',
    'shouldnt:should not',
    'couldnt:could not',
    'hasnt:has not',
    'havent:have not',
    'whats:what is',
    'hows:how is',
    'wheres:where is',
    'whos:who is',
    'thats:that is',
    'im:i am',
    'ive:i have',
    'youre:you are',
    'gonna:going to',
    'wanna:want to',
  ].map((line): [string, string[]] => {
    const [word = '', expansion = ''] = line.split(':')
    return [word, expansion.split(' ')]
  }),
)
