import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashFile } from './check-files.js'
import { manifestFile, readManifest } from './manifest.js'
import { modelFolder } from './model-folder.js'

// `npm run models:hash`: runs in the project's folder and records sizes and hashes of the bundled files that exist.
const packageRoot = `${process.cwd()}/`
const manifest = readManifest(packageRoot)
for (const model of manifest.models) {
  if (model.origin.kind !== 'bundled') continue
  const folder = modelFolder(model, { packageRoot, dataDir: '' })
  for (const file of model.files) {
    const path = join(folder, file.path)
    const isMade = existsSync(path)
    file.bytes = isMade ? statSync(path).size : null
    file.sha256 = isMade ? await hashFile(path) : null
  }
}
writeFileSync(manifestFile(packageRoot), `${JSON.stringify(manifest, null, 2)}\n`)
