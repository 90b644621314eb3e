import { resolveDataDir } from '../config/data-dir.js'
import type { Config } from '../config/schema.js'
import { chooseModels, type ModelChoice } from '../model-registry/choose-models.js'
import { readManifest } from '../model-registry/manifest.js'
import { modelFolder } from '../model-registry/model-folder.js'
import { pullModel } from '../model-registry/pull.js'
import { packageRoot } from '../package-root.js'
import { chooseMirror } from './choose-mirror.js'
import { createPullProgress } from './models-progress.js'
import { stopOnSignals } from './stop-on-signals.js'

/**
 * The models to serve with. Only an embedder that the configuration names is fetched when it is not here; `auto` never
 * waits for a network.
 * @throws ModelError that says what would help
 */
export async function installModels(config: Config): Promise<Extract<ModelChoice, { kind: 'chosen' }>> {
  const root = packageRoot()
  const options = {
    embedder: config.inference.embedder,
    manifest: readManifest(root),
    places: { packageRoot: root, dataDir: resolveDataDir(config, process.env) },
  }
  const choice = await chooseModels(options)
  if (choice.kind === 'chosen') return choice
  const progress = createPullProgress(choice.model.name, process.stderr)
  await stopOnSignals((signal) =>
    pullModel({
      ...{ model: choice.model, signal },
      folder: modelFolder(choice.model, options.places),
      mirror: chooseMirror(config.inference.mirror),
      onEvent: progress.onEvent,
    }),
  ).finally(progress.end)
  const pulled = await chooseModels(options)
  if (pulled.kind === 'chosen') return pulled
  throw new Error(`${choice.model.name} was fetched and is gone again.`)
}
