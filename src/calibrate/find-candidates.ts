import type { Candidate } from '../core/hit-model/candidate-features.js'
import { pairFeatures } from '../core/pair-features.js'
import type { PromptPair } from '../inference/contract.js'
import type { InferencePool } from '../inference/inference-pool.js'
import { CalibrationError } from './calibration-error.js'
import type { LabelIndex } from './label-index.js'
import { type Neighbour, nearestEarlier } from './nearest-earlier.js'
import type { Labels } from './read-labels.js'

/** A labelled candidate as the cache would find it. */
export interface LabelledCandidate extends Candidate {
  readonly isRight: boolean
  /** How likely it is right, given what is known of the labels' gaps: what the fit learns from. */
  readonly rightness: number
  /** Of the prompt, and of the one whose answer is kept. */
  readonly cluster: number
  readonly cachedCluster: number
  /** Place of the prompt in the stream, or after it of the pair: candidates of one request share it. */
  readonly request: number
}

export interface Candidates {
  /** Those of one request best first. */
  readonly rows: readonly LabelledCandidate[]
  /** Prompts of the stream and pairs, each with candidates or without. */
  readonly requests: number
  /** Whether the rows come from a stream; pairs alone have no neighbours. */
  readonly isStream: boolean
}

export type CandidatePool = Pick<InferencePool, 'embed' | 'verify'>

export interface FindOptions {
  readonly labels: Labels
  readonly index: LabelIndex
  readonly pool: CandidatePool
  readonly hasVerifier: boolean
  readonly onProgress: (stage: Stage, done: number, total: number) => void
}

export type Stage = 'embedding' | 'searching' | 'comparing'

/** A cache that asks more of them gains little: the right one is rarely further down. */
const CANDIDATES = 3
/** How far down to look for a rival that gives another answer. */
const NEIGHBOURS = 8
const EMBED_BATCH = 256
const VERIFY_BATCH = 64

/**
 * Runs the models over the labels. With a stream the candidates are each prompt's nearest earlier neighbours, and pairs
 * only correct what groups say; without one, each pair is a candidate of its own.
 * @throws CalibrationError when the models cannot do it
 */
export async function findCandidates(options: FindOptions): Promise<Candidates> {
  const { labels } = options
  const isStream = labels.stream.length > 0
  const found = isStream ? await fromStream(options) : await fromPairs(options)
  const rows = await describeAll(found, options)
  return { rows, requests: isStream ? labels.stream.length : labels.pairs.length, isStream }
}

interface Found extends PromptPair {
  readonly rivalCosine: number | null
  readonly request: number
}

async function fromStream({ labels, index, pool, onProgress }: FindOptions): Promise<Found[]> {
  const texts = labels.stream.map(({ text }) => text)
  const { vectors, dimension } = await embedAll(texts, pool, onProgress)
  const nearest = await nearestEarlier(vectors, {
    ...{ dimension, count: NEIGHBOURS },
    onRow: (done) => onProgress('searching', done, texts.length),
  })
  return nearest.flatMap((neighbours, request) =>
    neighbours.slice(0, CANDIDATES).map((neighbour, place) => ({
      ...{ a: texts[request] ?? '', b: texts[neighbour.index] ?? '', cosine: neighbour.cosine, request },
      rivalCosine: rivalOf(neighbours, place, (other) => index.groupOf(texts[other] ?? '')),
    })),
  )
}

/** The next neighbour down the list that gives another answer. */
function rivalOf(
  neighbours: readonly Neighbour[],
  place: number,
  answerOf: (index: number) => string | undefined,
): number | null {
  const own = answerOf(neighbours[place]?.index ?? -1)
  return neighbours.slice(place + 1).find(({ index }) => answerOf(index) !== own)?.cosine ?? null
}

async function fromPairs({ labels, pool, onProgress }: FindOptions): Promise<Found[]> {
  const texts = [...new Set(labels.pairs.flatMap(({ a, b }) => [a, b]))]
  const places = new Map(texts.map((text, place) => [text, place]))
  const { vectors, dimension } = await embedAll(texts, pool, onProgress)
  const vectorOf = (text: string): Float32Array => {
    const place = places.get(text) ?? 0
    return vectors.subarray(place * dimension, (place + 1) * dimension)
  }
  return labels.pairs.map(({ a, b }, request) => {
    const [first, second] = [vectorOf(a), vectorOf(b)]
    const cosine = Math.min(
      1,
      first.reduce((sum, value, i) => sum + value * (second[i] ?? 0), 0),
    )
    return { a, b, cosine, rivalCosine: null, request }
  })
}

async function embedAll(
  texts: readonly string[],
  pool: CandidatePool,
  onProgress: FindOptions['onProgress'],
): Promise<{ readonly vectors: Float32Array; readonly dimension: number }> {
  const parts: Float32Array[] = []
  let dimension = 0
  for (let start = 0; start < texts.length; start += EMBED_BATCH) {
    const batch = texts.slice(start, start + EMBED_BATCH)
    const part = insist(await pool.embed(batch), 'embed')
    parts.push(part.vectors.slice())
    dimension = part.dimension
    onProgress('embedding', start + batch.length, texts.length)
  }
  const vectors = new Float32Array(texts.length * dimension)
  parts.forEach((part, index) => {
    vectors.set(part, index * EMBED_BATCH * dimension)
  })
  return { vectors, dimension }
}

async function describeAll(found: readonly Found[], options: FindOptions): Promise<LabelledCandidate[]> {
  const rows: LabelledCandidate[] = []
  for (let start = 0; start < found.length; start += VERIFY_BATCH) {
    const batch = found.slice(start, start + VERIFY_BATCH)
    const verified = options.hasVerifier ? insist(await options.pool.verify(batch.map(pairOf)), 'verify') : []
    batch.forEach((row, i) => {
      rows.push(describeOne(row, verified[i] ?? null, options.index))
    })
    options.onProgress('comparing', start + batch.length, found.length)
    // A progress bar and Ctrl-C want a turn too.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return rows
}

const pairOf = ({ a, b, cosine }: Found): PromptPair => ({ a, b, cosine })

function describeOne(found: Found, verified: number | null, index: LabelIndex): LabelledCandidate {
  const { a, b, cosine, rivalCosine, request } = found
  const [isRight, doubt] = [index.isSame(a, b), index.doubtOf(a, b)]
  return {
    ...{ cosine, rivalCosine, verified, request },
    pair: pairFeatures(a, b, cosine),
    isRight,
    rightness: isRight ? 1 - doubt : doubt,
    cluster: index.clusterOf(a),
    cachedCluster: index.clusterOf(b),
  }
}

/** Nobody waits here, so what is not done has failed. */
function insist<T>(outcome: { readonly kind: 'done'; readonly value: T } | { readonly kind: string }, verb: string): T {
  if ('value' in outcome) return outcome.value
  const reason = 'reason' in outcome ? outcome.reason : outcome.kind
  throw new CalibrationError(`The models could not ${verb} the texts: ${reason}.`)
}
