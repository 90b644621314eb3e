import { createHash } from 'node:crypto'
import { copyFileSync, cpSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root.js'

/**
 * This very package in another place, with another fit of the classifier: a gateway that is judged on prompts must not have
 * learned from them. Returns its folder.
 */
export function copyPackage(folder: string, classifierFile: string): string {
  const root = packageRoot()
  mkdirSync(folder)
  for (const part of ['bin', 'dist', 'models']) {
    cpSync(join(root, part), join(folder, part), { recursive: true, preserveTimestamps: true })
  }
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  copyFileSync(classifierFile, join(folder, 'models/classifier/model.onnx'))
  writeHash(join(folder, 'models/manifest.json'), classifierFile)
  return `${folder}/`
}

interface ManifestFiles {
  readonly models: readonly { readonly name: string; readonly files: { bytes: number; sha256: string }[] }[]
}

function writeHash(manifestFile: string, classifierFile: string): void {
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as ManifestFiles // our own file
  const file = manifest.models.find(({ name }) => name === 'llmrouter-classifier')?.files[0]
  if (file === undefined) throw new Error('The manifest has no classifier.')
  file.bytes = statSync(classifierFile).size
  file.sha256 = createHash('sha256').update(readFileSync(classifierFile)).digest('hex')
  writeFileSync(manifestFile, JSON.stringify(manifest, null, 2))
}
