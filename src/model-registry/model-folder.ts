import { join } from 'node:path'
import type { ManifestModel } from './manifest.js'

/** Where models may be. */
export interface ModelPlaces {
  /** Folder of the package, with its `models/`. */
  readonly packageRoot: string
  /** Where the gateway keeps its data. */
  readonly dataDir: string
}

/** Folder of remote models; each has one of its own name in it. */
export function remoteModelsFolder(dataDir: string): string {
  return join(dataDir, 'models')
}

/** Where the files of this model are, or would be: `models/<directory>` of the package, `models/<name>` of the data. */
export function modelFolder(model: ManifestModel, { packageRoot, dataDir }: ModelPlaces): string {
  return model.origin.kind === 'bundled'
    ? join(packageRoot, 'models', model.origin.directory)
    : join(remoteModelsFolder(dataDir), model.name)
}
