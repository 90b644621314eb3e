import { resolve } from 'node:path'
import { resolveDataDir } from '../config/data-dir.js'
import { loadConfig } from '../config/load.js'
import { type Manifest, readManifest } from '../model-registry/manifest.js'
import type { ModelPlaces } from '../model-registry/model-folder.js'
import { packageRoot } from '../package-root.js'

/** Of every `llmrouter models` command. */
export interface RegistryOptions {
  readonly config?: string
  readonly dataDir?: string
}

export interface Registry {
  readonly manifest: Manifest
  readonly places: ModelPlaces
  /** `inference.mirror`. */
  readonly mirror: string | null
}

/** @throws ConfigError, or ModelError if the manifest of this installation is broken */
export function openRegistry({ config: file, dataDir }: RegistryOptions): Registry {
  const { config } = loadConfig({ file, env: process.env, cwd: process.cwd() })
  const root = packageRoot()
  return {
    manifest: readManifest(root),
    places: {
      packageRoot: root,
      dataDir: dataDir === undefined ? resolveDataDir(config, process.env) : resolve(dataDir),
    },
    mirror: config.inference.mirror,
  }
}
