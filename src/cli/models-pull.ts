import { read } from '../config/environment.js'
import { findModel } from '../model-registry/find-model.js'
import { modelFolder } from '../model-registry/model-folder.js'
import { pullModel } from '../model-registry/pull.js'
import { createPullProgress } from './models-progress.js'
import { openRegistry, type RegistryOptions } from './models-registry.js'

export interface PullCommandOptions extends RegistryOptions {
  readonly mirror?: string
  readonly force?: boolean
}

/** The first Ctrl-C stops the pull and keeps what is there; the second ends the process. */
export async function pullNamedModel(name: string, options: PullCommandOptions): Promise<boolean> {
  const { manifest, places, mirror } = openRegistry(options)
  const model = findModel(manifest, name)
  const folder = modelFolder(model, places)
  const stop = new AbortController()
  const onSignal = (): void => stop.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal)
  const progress = createPullProgress(name, process.stderr)
  try {
    const result = await pullModel({
      ...{ model, folder },
      // Last the variable that the tools of Hugging Face know.
      mirror: options.mirror ?? mirror ?? read(process.env, 'HF_ENDPOINT') ?? null,
      force: options.force === true,
      signal: stop.signal,
      onEvent: progress.onEvent,
    }).finally(progress.end)
    const state = result === 'present' ? 'is installed already, and whole' : 'is installed'
    process.stdout.write(`${name} ${state}: ${folder}\n`)
    return true
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, onSignal)
  }
}
