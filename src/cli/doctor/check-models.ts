import type { Config } from '../../config/schema.js'
import { checkModel, describeProblem, type ModelState } from '../../model-registry/check-files.js'
import { findModel } from '../../model-registry/find-model.js'
import { type ManifestModel, readManifest } from '../../model-registry/manifest.js'
import { type ModelPlaces, modelFolder } from '../../model-registry/model-folder.js'
import { type Diagnosis, fail, messageOf, ok, warn } from './diagnosis.js'

/** Every model that this configuration needs, or that lies in its data folder: each file with its size and hash. */
export async function checkModels({ inference }: Config, places: ModelPlaces): Promise<readonly Diagnosis[]> {
  try {
    const { models } = readManifest(places.packageRoot)
    const wanted = inference.embedder
    if (wanted !== 'auto') findModel({ models }, wanted)
    const states = models.map(async (model) => {
      const state = await checkModel(model, modelFolder(model, places))
      return judge(model, state, model.name === wanted)
    })
    return (await Promise.all(states)).filter((found) => found !== undefined)
  } catch (error) {
    return [fail('models', messageOf(error), 'Correct inference.embedder, or install llmrouter again.')]
  }
}

/** Undefined: there is nothing to say about it. */
function judge(model: ManifestModel, state: ModelState, isWanted: boolean): Diagnosis | undefined {
  const { kind, origin } = model
  const name = `model ${model.name}`
  const pull = `Run "llmrouter models pull ${model.name}".`
  switch (state.status) {
    case 'installed':
      return ok(name, `version ${model.version} is whole`)
    case 'unmade':
      return undefined
    case 'absent':
      if (origin.kind === 'remote')
        return isWanted ? warn(name, 'is not here: the start will fetch it', pull) : undefined
      break
    case 'damaged':
      if (origin.kind === 'remote') return warn(name, `is damaged: ${problemsOf(state)}`, pull)
      break
  }
  const again = 'Install llmrouter again.'
  const message = `is not as it came: ${problemsOf(state)}`
  // Without the others the gateway works, only less cleverly.
  return kind === 'embedder' ? fail(name, message, again) : warn(name, message, again)
}

function problemsOf({ problems }: ModelState): string {
  return problems.map(describeProblem).join('; ')
}
