import { isObject } from '../../src/core/decode.js'
import { PAIR_FEATURES, pairFeatures } from '../../src/core/pair-features.js'

/**
 * JSON Lines of `{ a, b, cosine }` → a line `{ featureNames }` and an array of numbers in that order for each pair, as the
 * gateway itself computes them: what trains on them sees what is served. Memory does not grow with the number of pairs.
 *
 * @throws Error naming the first line that holds no pair
 */
export async function writePairFeatures(source: NodeJS.ReadableStream, sink: NodeJS.WritableStream): Promise<void> {
  sink.write(`${JSON.stringify({ featureNames: PAIR_FEATURES })}\n`)
  let line = 0
  for await (const row of linesOf(source)) {
    line += 1
    const { a, b, cosine } = parsePair(row, line)
    const features = pairFeatures(a, b, cosine)
    const more = sink.write(`${JSON.stringify(PAIR_FEATURES.map((name) => features[name]))}\n`)
    if (!more) await new Promise((resolve) => sink.once('drain', resolve))
  }
}

/** Not `node:readline`: it ends a line at U+2028 too, which JSON has inside of texts. */
async function* linesOf(source: NodeJS.ReadableStream): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of source.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

interface Pair {
  readonly a: string
  readonly b: string
  readonly cosine: number
}

function parsePair(row: string, line: number): Pair {
  const value: unknown = JSON.parse(row)
  if (isObject(value)) {
    const { a, b, cosine } = value
    if (typeof a === 'string' && typeof b === 'string' && typeof cosine === 'number') return { a, b, cosine }
  }
  throw new Error(`Line ${line}: expected { "a": …, "b": …, "cosine": … }.`)
}
