import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { ManifestEmbedder, ModelFile } from '../../src/model-registry/manifest.js'

const REVISION = '0123456789abcdef0123456789abcdef01234567'

/** Bytes without a pattern, so that a part in the wrong place shows. */
export function noise(length: number, seed: number): Buffer {
  let state = seed
  return Buffer.from(
    Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state >>> 24
    }),
  )
}

/** What the files of `remoteModel` hold. The network is long enough to be cut anywhere. */
export const CONTENTS: ReadonlyMap<string, Buffer> = new Map([
  ['onnx/model.onnx', noise(300_000, 1)],
  ['tokenizer.json', noise(5000, 2)],
])

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

export function fileRow(role: ModelFile['role'], path: string, content: Uint8Array): ModelFile {
  return { role, path, bytes: content.length, sha256: sha256(content) }
}

/** A remote embedder of two small files; `endpoint` is where they are. */
export function remoteModel(endpoint: string, contents = CONTENTS): ManifestEmbedder {
  return {
    name: 'tiny-remote',
    version: '1',
    kind: 'embedder',
    origin: { kind: 'remote', endpoint, repository: 'someone/tiny', revision: REVISION },
    licence: 'MIT',
    description: 'For tests.',
    training: 'None.',
    files: [...contents].map(([path, content]) =>
      fileRow(path.endsWith('.onnx') ? 'onnx' : 'tokenizer', path, content),
    ),
    dimension: 8,
    maxTokens: 16,
    pooling: 'mean',
    normalise: true,
    output: 'last_hidden_state',
    prefix: '',
    longText: 'head',
  }
}

/** The files at the paths where a host like huggingface.co has them. */
export function hosted(contents = CONTENTS): ReadonlyMap<string, Buffer> {
  return new Map([...contents].map(([path, content]) => [`/someone/tiny/resolve/${REVISION}/${path}`, content]))
}

export function writeFiles(folder: string, contents: ReadonlyMap<string, Uint8Array>): void {
  for (const [path, content] of contents) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}

/** Gone when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'llmrouter-models-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
