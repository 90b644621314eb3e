import { Tensor } from 'onnxruntime-node'
import { endsOfText } from '../src/core/ends-of-text.js'
import { PROMPT_TRAITS, promptTraits } from '../src/core/prompt-traits.js'
import { CLASSIFIED_CHARACTERS, type PromptWords, promptWords, WORD_BUCKETS } from '../src/core/prompt-words.js'
import type { ClassifierSetup, WordInputs } from '../src/inference/contract.js'
import type { NativeGate } from '../src/inference/native-gate.js'
import type { Feeds } from './onnx-session.js'
import { type ExtraInput, loadScorer } from './scorer.js'

export interface Classifier {
  /** Probability that the cheap model is not enough, of each text. */
  classify(texts: readonly string[]): Promise<number[]>
}

/** @throws ModelLoadError that says which setting does not suit the graph. */
export async function loadClassifier(setup: ClassifierSetup, gate: NativeGate): Promise<Classifier> {
  const { words } = setup
  const feed = (rows: readonly PromptWords[]): Feeds => (words === undefined ? {} : wordFeeds(words, rows))
  const kind = {
    field: 'classifier',
    known: PROMPT_TRAITS,
    extraInputs: words === undefined ? [] : wordInputs(words),
    // The highest bucket fails here if the graph knows fewer.
    extraWarmUp: feed([{ buckets: [WORD_BUCKETS - 1], counts: [1] }]),
  }
  const scorer = await loadScorer(setup, kind, gate)
  const classify = (texts: readonly string[]) => {
    const read = texts.map((text) => endsOfText(text, CLASSIFIED_CHARACTERS))
    return scorer.score(read.map(promptTraits), feed(read.map(promptWords)))
  }
  // The first prompt must not wait for patterns to be compiled.
  await classify([WARM_UP_PROMPT])
  return { classify }
}

const WARM_UP_PROMPT = 'Prove that 2 + 2 = 4, "step by step":\n- const four = 4;\n(A) Is it so?'

function wordInputs({ buckets, counts }: WordInputs): readonly ExtraInput[] {
  return [
    { setting: 'words.buckets', name: buckets, type: 'int64' },
    { setting: 'words.counts', name: counts, type: 'float32' },
  ]
}

/** Rows of one length, `[rows, words]`: a count of 0 makes a place an empty one, whatever its bucket. */
function wordFeeds(inputs: WordInputs, rows: readonly PromptWords[]): Feeds {
  const width = Math.max(1, ...rows.map(({ buckets }) => buckets.length))
  const buckets = new BigInt64Array(rows.length * width)
  const counts = new Float32Array(rows.length * width)
  for (const [row, words] of rows.entries()) {
    buckets.set(words.buckets.map(BigInt), row * width)
    counts.set(words.counts, row * width)
  }
  const shape = [rows.length, width]
  return {
    [inputs.buckets]: new Tensor('int64', buckets, shape),
    [inputs.counts]: new Tensor('float32', counts, shape),
  }
}
