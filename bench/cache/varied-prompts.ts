/** Draws in [0, below). */
export type Draw = (below: number) => number

/** mulberry32: the same seed, the same draws. */
export function createDraw(seed: number): Draw {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

/** The real prompts, then as many variants as are wanted: half of them one prompt noised, half two recombined. */
export function* varyPrompts(real: readonly string[], count: number, draw: Draw): Generator<string> {
  yield* real.slice(0, count)
  for (let n = real.length; n < count; n++) yield draw(2) === 0 ? noisePrompt(real, draw) : recombinePrompts(real, draw)
}

/** One of them with one to three changes: what a cache is asked again. */
export function noisePrompt(real: readonly string[], draw: Draw): string {
  const words = wordsOf(real, draw)
  const others = wordsOf(real, draw)
  const changes = 1 + draw(3)
  for (let change = 0; change < changes; change++) noise(words, others, draw)
  return words.join(' ')
}

/** The beginning of one and the end of another: like many a little, like none very much. */
export function recombinePrompts(real: readonly string[], draw: Draw): string {
  const words = wordsOf(real, draw)
  const others = wordsOf(real, draw)
  return [...words.slice(0, Math.ceil(words.length / 2)), ...others.slice(Math.floor(others.length / 2))].join(' ')
}

function wordsOf(real: readonly string[], draw: Draw): string[] {
  return (real[draw(real.length)] ?? '').split(' ')
}

/** A word of another prompt in place of one or beside it, a word less, or two letters swapped. */
function noise(words: string[], others: readonly string[], draw: Draw): void {
  const at = draw(words.length)
  const foreign = others[draw(others.length)] ?? ''
  switch (draw(4)) {
    case 0:
      words[at] = foreign
      return
    case 1:
      words.splice(at, 0, foreign)
      return
    case 2:
      if (words.length > 1) words.splice(at, 1)
      return
    default:
      words[at] = swapLetters(words[at] ?? '', draw)
  }
}

function swapLetters(word: string, draw: Draw): string {
  const at = draw(Math.max(1, word.length - 1))
  return word.slice(0, at) + word.slice(at + 1, at + 2) + word.slice(at, at + 1) + word.slice(at + 2)
}
