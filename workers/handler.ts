import { performance } from 'node:perf_hooks'
import { assertNever } from '../src/core/assert-never.js'
import { pairFeatures } from '../src/core/pair-features.js'
import type {
  AnalyseResult,
  EmbedInput,
  EmbedResult,
  InferenceResult,
  InferenceTask,
  PromptPair,
  VerifyResult,
} from '../src/inference/contract.js'
import type { Models } from './models.js'

/** One task in, its result out; an error when a token id is not in the vocabulary or a pair comes without a verifier. */
export function createHandler(models: Models): (task: InferenceTask) => Promise<InferenceResult> {
  return async (task) => {
    switch (task.kind) {
      case 'ping':
        return task
      case 'analyse':
        return analyse(models, task.texts)
      case 'embed':
        return embed(models, task.inputs)
      case 'verify':
        return verify(models, task.pairs)
      default:
        return assertNever(task)
    }
  }
}

async function analyse({ embedder, classifier }: Models, texts: readonly string[]): Promise<AnalyseResult> {
  const start = performance.now()
  const embedded = await embedder.embed(texts)
  const embedMs = performance.now() - start
  const complexities = classifier && (await classifier.classify(texts))
  return { kind: 'analyse', ...embedded, complexities, embedMs, classifyMs: performance.now() - start - embedMs }
}

async function embed({ embedder }: Models, inputs: readonly EmbedInput[]): Promise<EmbedResult> {
  const start = performance.now()
  const embedded = await embedder.embed(inputs)
  return { kind: 'embed', ...embedded, runMs: performance.now() - start }
}

async function verify({ verifier }: Models, pairs: readonly PromptPair[]): Promise<VerifyResult> {
  if (verifier === null) throw new Error('Pairs cannot be verified: there is no verifier.')
  const start = performance.now()
  const rows = pairs.map(({ a, b, cosine }) => pairFeatures(a, b, cosine))
  const probabilities = await verifier.score(rows)
  return { kind: 'verify', probabilities, runMs: performance.now() - start }
}
