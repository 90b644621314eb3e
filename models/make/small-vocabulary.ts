/** Common English words, so that ordinary sentences have words and not only letters. */
const WORDS = `
the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which one you
were her all she there would their we him been has when who will more no if out so said what up its about into than them
can only other new some could time these two may then do first any my now such like our over man me even most made after
also did many before must through back years where much your way well down should because each just those people how too
little state good very make world still own see men work long get here between both life being under never day same
another know while last might us great old year off come since against go came right used take three
explain write convert translate summarise enable disable password account order email card bank weather city price
python java code function list file error version number language question answer model cheap strong cache
what why how where when who whose does is are could would please help tell show give find
small large open close start stop before after with without red blue green dog cat house car water fire
`
const ENDINGS = `
s es ed ing er est ly ion ation tion ment ness able ible ful less ive al ous ity ise ize ist ism en an y ies ship ward
able ance ence ary ory ate ify th st nd rd ll ve re
`

/** From and to, both included: letters of the world's scripts, as they are after lower-casing and without accents. */
const RANGES: readonly (readonly [from: number, to: number])[] = [
  [0x21, 0x40], // punctuation and digits
  [0x5b, 0x60],
  [0x61, 0x7e], // a–z
  [0xa1, 0xbf], // Latin-1 signs
  [0xdf, 0xff],
  [0x0131, 0x0142],
  [0x03b1, 0x03c9], // Greek
  [0x0430, 0x045f], // Cyrillic
  [0x05d0, 0x05ea], // Hebrew
  [0x0621, 0x064a], // Arabic
  [0x0905, 0x0939], // Devanagari
  [0x0e01, 0x0e30], // Thai
  [0x1100, 0x1112], // Hangul, decomposed
  [0x2010, 0x2027], // dashes and quotes
  [0x20a0, 0x20bf], // currencies
  [0x2190, 0x21ff], // arrows
  [0x2200, 0x22ff], // mathematics
  [0x3041, 0x3096], // Hiragana
  [0x30a1, 0x30fa], // Katakana
  [0x4e00, 0x4eff], // a beginning of the Chinese characters
  [0x1f600, 0x1f64f], // faces
]

/** A vocabulary in BERT's manner for tests: single characters of many scripts, some words, some endings. */
export function smallVocabulary(): readonly string[] {
  const characters = RANGES.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index)),
  )
  const words = WORDS.trim().split(/\s+/)
  const endings = ENDINGS.trim().split(/\s+/)
  const pieces = [...characters, ...endings].map((piece) => `##${piece}`)
  return [...new Set([...characters, ...words, ...pieces])]
}
