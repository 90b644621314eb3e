import { checkModel, describeProblem, type ModelState } from '../model-registry/check-files.js'
import { findModel } from '../model-registry/find-model.js'
import type { ManifestModel } from '../model-registry/manifest.js'
import { modelFolder, remoteModelsFolder } from '../model-registry/model-folder.js'
import { openRegistry, type RegistryOptions } from './models-registry.js'

/** One model, which has to be there; or all, of which remote ones may be absent. */
export async function verifyModels(name: string | undefined, options: RegistryOptions): Promise<boolean> {
  const { manifest, places } = openRegistry(options)
  const models = name === undefined ? manifest.models : [findModel(manifest, name)]
  let isGood = true
  for (const model of models) {
    const folder = modelFolder(model, places)
    const state = await checkModel(model, folder)
    const passes = state.status === 'installed' || (name === undefined && mayBeAbsent(model, state))
    isGood &&= passes
    const output = passes ? process.stdout : process.stderr
    output.write(`${model.name}: ${describeState(model, state, folder)}\n`)
  }
  return isGood
}

function mayBeAbsent({ origin }: ManifestModel, { status }: ModelState): boolean {
  return status === 'unmade' || (status === 'absent' && origin.kind === 'remote')
}

function describeState({ name, origin }: ManifestModel, { status, problems }: ModelState, folder: string): string {
  switch (status) {
    case 'installed':
      return `good (${folder})`
    case 'unmade':
      return 'its files are not part of this release'
    case 'absent':
      if (origin.kind === 'remote') return `not installed (llmrouter models pull ${name})`
      return `missing from ${folder}: install llmrouter again`
    case 'damaged':
      return `damaged\n${problems.map((problem) => `  ${describeProblem(problem)}`).join('\n')}`
  }
}

export function printModelPath(name: string | undefined, options: RegistryOptions): boolean {
  const { manifest, places } = openRegistry(options)
  const folder =
    name === undefined ? remoteModelsFolder(places.dataDir) : modelFolder(findModel(manifest, name), places)
  process.stdout.write(`${folder}\n`)
  return true
}
