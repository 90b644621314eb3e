/**
 * What the main thread and the inference threads say to each other. `workers/` sees this file and `core`, nothing else
 * of `src/`. Everything here survives structured cloning.
 */

/** `workerData` of every thread. */
export interface ThreadData extends WorkerSetup {
  /**
   * Memory of a `NativeGate`. The thread passes it around every call into ONNX Runtime that creates or runs a session:
   * being terminated in there would abort the process.
   */
  readonly gate: SharedArrayBuffer
}

/** The models a thread loads before it says that it is ready. */
export interface WorkerSetup {
  readonly embedder: EmbedderSetup
  /** Null: prompts stay unscored. */
  readonly classifier: ClassifierSetup | null
  /** Null: pairs cannot be verified. */
  readonly verifier: ScorerSetup | null
}

/** A sentence embedder, described by data: BERT-style networks of any size and the bundled one run by the same code. */
export interface EmbedderSetup {
  /** Absolute path of the ONNX file. */
  readonly onnxFile: string
  /** Absolute path of `tokenizer.json` in the format of Hugging Face tokenizers. */
  readonly tokenizerFile: string
  /** Absolute path of `tokenizer_config.json`; null if the model comes without. */
  readonly tokenizerConfigFile: string | null
  /** Length of the sentence vector. */
  readonly dimension: number
  /** Most tokens of one forward pass, `[CLS]` and `[SEP]` included. */
  readonly maxTokens: number
  /** How token vectors become one: `none` when the graph's output is the sentence vector already. */
  readonly pooling: 'mean' | 'cls' | 'none'
  /** Divide by the L2 norm. */
  readonly normalise: boolean
  /** Name of the graph's output to read: `[batch, tokens, dimension]`, or `[batch, dimension]` with pooling `none`. */
  readonly output: string
  /** Put before every text (`query: ` of the E5 family); usually empty. */
  readonly prefix: string
  /** What becomes of a text longer than `maxTokens`: see `workers/fit-tokens.ts`. */
  readonly longText: 'head' | 'head-tail' | 'windows'
}

/** A graph from a row of features `[batch, features]` (float32) to a probability `[batch]` or `[batch, 1]`. */
export interface ScorerSetup {
  /** Absolute path of the ONNX file. */
  readonly onnxFile: string
  readonly input: string
  readonly output: string
  /** Names of the features, in the order of the columns; the thread computes them with `core`. */
  readonly features: readonly string[]
}

export interface ClassifierSetup extends ScorerSetup {
  /** Absent: the graph reads the features alone. */
  readonly words?: WordInputs
}

/** Names of two more inputs of the graph, for the words of a prompt (`core/prompt-words.ts`); short rows are filled up. */
export interface WordInputs {
  /** int64 `[batch, words]`; 0 where a row has no more words. */
  readonly buckets: string
  /** float32 `[batch, words]`: how often each occurs; 0 where a row has no more words. */
  readonly counts: string
}

/** A text, or token ids of the embedder's own vocabulary, special tokens not included. */
export type EmbedInput = string | readonly number[]

/** One message to a thread: a batch of one kind. The answer has the same kind and the same order. */
export type InferenceTask =
  /** Answers at once: measures the hop. */
  | { readonly kind: 'ping' }
  | { readonly kind: 'analyse'; readonly texts: readonly string[] }
  | { readonly kind: 'embed'; readonly inputs: readonly EmbedInput[] }
  | { readonly kind: 'verify'; readonly pairs: readonly PromptPair[] }

export interface PromptPair {
  readonly a: string
  readonly b: string
  /** Of their sentence vectors. */
  readonly cosine: number
}

export type InferenceResult = PingResult | AnalyseResult | EmbedResult | VerifyResult

export interface PingResult {
  readonly kind: 'ping'
}

export interface EmbedResult {
  readonly kind: 'embed'
  /** Row-major `[inputs, dimension]`; its buffer is transferred, not copied. */
  readonly vectors: Float32Array<ArrayBuffer>
  /** Tokens of each input before they were cut, special tokens included; of very long texts, of the ends that are read. */
  readonly tokenCounts: readonly number[]
  /** Milliseconds inside the thread. */
  readonly runMs: number
}

export interface AnalyseResult {
  readonly kind: 'analyse'
  /** Row-major `[texts, dimension]`; its buffer is transferred, not copied. */
  readonly vectors: Float32Array<ArrayBuffer>
  readonly tokenCounts: readonly number[]
  /** Probability that the cheap model is not enough, of each text; null without a classifier. */
  readonly complexities: readonly number[] | null
  /** Milliseconds inside the thread, in parts. */
  readonly embedMs: number
  readonly classifyMs: number
}

export interface VerifyResult {
  readonly kind: 'verify'
  /** Probability that the answer to `b` answers `a`, of each pair. */
  readonly probabilities: readonly number[]
  readonly runMs: number
}
