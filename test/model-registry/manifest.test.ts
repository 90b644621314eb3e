import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hashFile } from '../../src/model-registry/check-files.js'
import { readManifest } from '../../src/model-registry/manifest.js'
import { modelFolder } from '../../src/model-registry/model-folder.js'
import { packageRoot } from '../../src/package-root.js'
import { remoteModel, temporaryFolder, writeFiles } from './remote-model.js'

const SHIPPED = readManifest(packageRoot())

/** What the manifest's check says of this content. */
function problemsOf(content: unknown): string {
  const root = `${temporaryFolder()}/`
  writeFiles(root, new Map([['models/manifest.json', Buffer.from(JSON.stringify(content))]]))
  try {
    readManifest(root)
  } catch (error) {
    return error instanceof Error ? error.message.split('\n').slice(1).join('\n') : String(error)
  }
  return ''
}

test('the shipped manifest is valid, and every bundled file has the size and hash it says', async () => {
  for (const model of SHIPPED.models.filter(({ origin }) => origin.kind === 'bundled')) {
    const folder = modelFolder(model, { packageRoot: packageRoot(), dataDir: '' })
    for (const { path, bytes, sha256 } of model.files) {
      const file = join(folder, path)
      const found = existsSync(file) ? { bytes: statSync(file).size, sha256: await hashFile(file) } : undefined
      // Run `npm run models:hash` after a change of the files.
      expect({ file, bytes, sha256 }).toEqual({ file, ...(found ?? { bytes: null, sha256: null }) })
    }
  }
})

test('MiniLM is pinned to a commit, by size and hash', () => {
  const model = SHIPPED.models.find(({ name }) => name === 'all-MiniLM-L6-v2')
  expect(model).toMatchObject({ dimension: 384, maxTokens: 256, pooling: 'mean', normalise: true })
  expect(model?.files[0]).toEqual({
    role: 'onnx',
    path: 'onnx/model_quantized.onnx',
    bytes: 22_972_370,
    sha256: 'afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1',
  })
})

test('a valid manifest has no problems', () => {
  expect(problemsOf({ models: [remoteModel('https://huggingface.co')] })).toBe('')
})

test('all problems are told at once, each with its path', () => {
  const model = remoteModel('https://huggingface.co')
  const broken = {
    ...{ ...model, dimension: 0, pooling: 'max', name: '../escape', surprise: 1 },
    files: [{ ...model.files[0], path: '../../etc/passwd', sha256: 'AB' }],
    origin: { ...model.origin, revision: 'main', endpoint: 'ftp://host' },
  }
  const problems = problemsOf({ models: [broken] })
  for (const path of ['dimension', 'pooling', 'name', 'files[0].path', 'files[0].sha256'])
    expect(problems).toContain(`  models[0].${path}: `)
  for (const path of ['origin.revision', 'origin.endpoint']) expect(problems).toContain(`  models[0].${path}: `)
  expect(problems).toContain('surprise')
})

test.each([
  ['two networks', { files: [0, 0, 1] }, 'models[0].files: expected one file with the role onnx, found 2'],
  ['no tokenizer', { files: [0] }, 'models[0].files: expected one file with the role tokenizer, found 0'],
  ['a path twice', { files: [0, 0, 1] }, 'models[0].files[1].path: expected another path'],
])('%s is a problem', (_, { files }, message) => {
  const model = remoteModel('https://huggingface.co')
  expect(problemsOf({ models: [{ ...model, files: files.map((index) => model.files[index]) }] })).toContain(message)
})

test('a remote file without a hash is a problem, and so is a name twice', () => {
  const model = remoteModel('https://huggingface.co')
  const unhashed = { ...model, files: model.files.map((file) => ({ ...file, bytes: null, sha256: null })) }
  expect(problemsOf({ models: [unhashed] })).toContain('models[0].files[0].sha256: expected size and hash')
  expect(problemsOf({ models: [model, model] })).toContain('models[1].name: expected another name')
})

test('a manifest that is no JSON, or not there, is told with its file', () => {
  const root = `${temporaryFolder()}/`
  expect(() => readManifest(root)).toThrow(`${root}models/manifest.json cannot be read: ENOENT`)
  writeFiles(root, new Map([['models/manifest.json', Buffer.alloc(0)]]))
  writeFileSync(`${root}models/manifest.json`, '{')
  expect(() => readManifest(root)).toThrow(/manifest\.json cannot be read: .*JSON/)
})
