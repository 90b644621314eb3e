import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../../config/schema.js'
import { chooseModels } from '../../model-registry/choose-models.js'
import { readManifest } from '../../model-registry/manifest.js'
import type { ModelPlaces } from '../../model-registry/model-folder.js'
import { startInference } from '../../start-inference.js'
import { createLogger } from '../../telemetry/log.js'
import { type Diagnosis, fail, messageOf, ok, warn } from './diagnosis.js'

const NAME = 'onnxruntime'
const PATIENCE_MS = 60_000
const FIX = 'Run "npm ci" again on this platform; onnxruntime-node has binaries for x64 and arm64 with glibc.'

/** ONNX Runtime, by doing with the models what the gateway does: in a thread, from a text to a vector. */
export async function checkInference(config: Config, places: ModelPlaces): Promise<Diagnosis> {
  const choice = await chooseModels({
    embedder: config.inference.embedder,
    manifest: readManifest(places.packageRoot),
    places,
  })
  if (choice.kind === 'needs-pull') {
    const fix = `Run "llmrouter models pull ${choice.model.name}", then look again.`
    return warn(NAME, `could not be tried: ${choice.model.name} is not here yet`, fix)
  }
  const alone = { ...config, inference: { ...config.inference, threads: 1, deadlineMs: PATIENCE_MS } }
  const inference = startInference({ choice, config: () => alone, log: createLogger('silent') })
  try {
    const waiting = new AbortController()
    const late = sleep(PATIENCE_MS, 'late', { signal: waiting.signal })
    if ((await Promise.race([inference.ready(), late])) === 'late') throw new Error('the models take too long to load')
    waiting.abort()
    late.catch(() => {})
    const startedAt = performance.now()
    const outcome = await inference.localEmbedder.embed(['How do I reset my password?'], {})
    if (outcome.kind !== 'done') throw new Error('a text could not be embedded')
    const tookMs = performance.now() - startedAt
    return ok(NAME, `loads, and ${choice.embedder.name} embeds a text in ${tookMs.toFixed(1)} ms`)
  } catch (error) {
    return fail(NAME, `cannot be used: ${messageOf(error)}`, FIX)
  } finally {
    await inference.close()
  }
}
