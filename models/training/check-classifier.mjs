/**
 * How long the shipped classifier takes for a prompt, features and all, by the gateway's own code on one thread.
 *
 *     npm run build && node models/training/check-classifier.mjs
 */
import { join } from 'node:path'
import { createGateMemory, NativeGate } from '../../dist/src/inference/native-gate.js'
import { chooseModels } from '../../dist/src/model-registry/choose-models.js'
import { readManifest } from '../../dist/src/model-registry/manifest.js'
import { packageRoot } from '../../dist/src/package-root.js'
import { loadClassifier } from '../../dist/workers/classifier.js'

const places = { packageRoot: packageRoot(), dataDir: join(packageRoot(), 'no-such-folder') }
const { classifier } = await chooseModels({ embedder: 'auto', manifest: readManifest(places.packageRoot), places })
const { classify } = await loadClassifier(classifier.setup, new NativeGate(createGateMemory()))
const SENTENCE = 'Explain how the immune system tells its own cells from 12 kinds of invaders, and why that fails. '
const prompts = (count, characters) => Array.from({ length: count }, () => SENTENCE.repeat(2000).slice(0, characters))

for (const [count, characters, rounds] of [
  [1, 100, 2000],
  [1, 500, 2000],
  [1, 2000, 1000],
  [32, 500, 200],
  [1, 100_000, 50],
]) {
  const texts = prompts(count, characters)
  const micros = await medianMicros(() => classify(texts), rounds)
  process.stdout.write(`${count} × ${characters} characters: ${micros.toFixed(0)} µs, median of ${rounds}\n`)
}

async function medianMicros(action, rounds) {
  const times = []
  for (let round = 0; round < rounds; round += 1) {
    const start = process.hrtime.bigint()
    await action()
    times.push(Number(process.hrtime.bigint() - start) / 1000)
  }
  return times.sort((a, b) => a - b)[rounds >> 1]
}
