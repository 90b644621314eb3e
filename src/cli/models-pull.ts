import { findModel } from '../model-registry/find-model.js'
import { modelFolder } from '../model-registry/model-folder.js'
import { pullModel } from '../model-registry/pull.js'
import { chooseMirror } from './choose-mirror.js'
import { createPullProgress } from './models-progress.js'
import { openRegistry, type RegistryOptions } from './models-registry.js'
import { stopOnSignals } from './stop-on-signals.js'

export interface PullCommandOptions extends RegistryOptions {
  readonly mirror?: string
  readonly force?: boolean
}

/** The first Ctrl-C keeps what is there; the second ends the process. */
export async function pullNamedModel(name: string, options: PullCommandOptions): Promise<boolean> {
  const { manifest, places, mirror } = openRegistry(options)
  const model = findModel(manifest, name)
  const folder = modelFolder(model, places)
  const progress = createPullProgress(name, process.stderr)
  const result = await stopOnSignals((signal) =>
    pullModel({
      ...{ model, folder, signal },
      mirror: chooseMirror(options.mirror ?? mirror),
      force: options.force === true,
      onEvent: progress.onEvent,
    }),
  ).finally(progress.end)
  const state = result === 'present' ? 'is installed already, and whole' : 'is installed'
  process.stdout.write(`${name} ${state}: ${folder}\n`)
  return true
}
