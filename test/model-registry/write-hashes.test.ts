import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readManifest } from '../../src/model-registry/manifest.js'
import { packageRoot } from '../../src/package-root.js'
import { fileRow, noise, remoteModel, temporaryFolder, writeFiles } from './remote-model.js'

const SCRIPT = join(packageRoot(), 'dist/src/model-registry/write-hashes.js')

test('sizes and hashes of bundled files are recorded, those of remote ones are left alone', () => {
  const root = `${temporaryFolder()}/`
  const remote = remoteModel('https://huggingface.co')
  const bundled = {
    ...remote,
    name: 'tiny-bundled',
    origin: { kind: 'bundled', directory: 'tiny' },
    files: [
      { role: 'onnx', path: 'model.onnx', bytes: null, sha256: null },
      { role: 'tokenizer', path: 'not-made.json', bytes: 7, sha256: 'a'.repeat(64) },
    ],
  }
  const manifest = JSON.stringify({ models: [bundled, remote] })
  const network = noise(321, 8)
  writeFiles(
    root,
    new Map([
      ['models/manifest.json', Buffer.from(manifest)],
      ['models/tiny/model.onnx', network],
    ]),
  )

  expect(spawnSync(process.execPath, [SCRIPT], { cwd: root, encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  })
  const { models } = readManifest(root)
  expect(models[0]?.files).toEqual([
    fileRow('onnx', 'model.onnx', network),
    { role: 'tokenizer', path: 'not-made.json', bytes: null, sha256: null },
  ])
  expect(models[1]).toEqual(remote)

  const written = readFileSync(`${root}models/manifest.json`, 'utf8')
  spawnSync(process.execPath, [SCRIPT], { cwd: root })
  expect(readFileSync(`${root}models/manifest.json`, 'utf8')).toBe(written)
})
