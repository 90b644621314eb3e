import { createInterface } from 'node:readline'
import { endsOfText } from '../../src/core/ends-of-text.js'
import { PROMPT_TRAITS, promptTraits } from '../../src/core/prompt-traits.js'
import { CLASSIFIED_CHARACTERS, promptWords } from '../../src/core/prompt-words.js'

/** One line of what the training of the classifier reads, as it is computed for a served prompt. */
interface PromptFeatures {
  /** In the order of the first line's `traitNames`. */
  readonly traits: readonly number[]
  readonly buckets: readonly number[]
  readonly counts: readonly number[]
}

/**
 * JSON Lines of `{ text }` → a line `{ traitNames }` and one of `PromptFeatures` for each text, in their order.
 * @throws Error naming the first line that holds no text
 */
export async function writePromptFeatures(source: NodeJS.ReadableStream, sink: NodeJS.WritableStream): Promise<void> {
  sink.write(`${JSON.stringify({ traitNames: PROMPT_TRAITS })}\n`)
  let line = 0
  for await (const row of createInterface({ input: source })) {
    line += 1
    const more = sink.write(`${JSON.stringify(featuresOf(parseText(row, line)))}\n`)
    if (!more) await new Promise((resolve) => sink.once('drain', resolve))
  }
}

function parseText(row: string, line: number): string {
  const value: unknown = JSON.parse(row)
  if (typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string')
    return value.text
  throw new Error(`Line ${line}: expected { "text": … }.`)
}

function featuresOf(text: string): PromptFeatures {
  const read = endsOfText(text, CLASSIFIED_CHARACTERS)
  const traits = promptTraits(read)
  return { traits: PROMPT_TRAITS.map((name) => traits[name]), ...promptWords(read) }
}
