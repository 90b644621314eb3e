import type { WorkerSetup } from '../../src/inference/contract.js'
import { chooseModels } from '../../src/model-registry/choose-models.js'
import { readManifest } from '../../src/model-registry/manifest.js'
import { packageRoot } from '../../src/package-root.js'

/** The models that come with the project, as the gateway chooses them when nothing else is installed. */
export async function shippedModels(): Promise<WorkerSetup> {
  const manifest = readManifest(packageRoot())
  const places = { packageRoot: packageRoot(), dataDir: '/nowhere' }
  const choice = await chooseModels({ embedder: 'llmrouter-embedder', manifest, places })
  if (choice.kind !== 'chosen') throw new Error(`${choice.model.name} is ${choice.status}`)
  const { embedder, classifier, verifier } = choice
  return { embedder: embedder.setup, classifier: classifier?.setup ?? null, verifier: verifier?.setup ?? null }
}
