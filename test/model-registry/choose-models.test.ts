import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ClassifierSetup, EmbedderSetup, ScorerSetup } from '../../src/inference/contract.js'
import { chooseModels, type ModelChoice } from '../../src/model-registry/choose-models.js'
import type { ManifestEmbedder, ManifestModel, ManifestScorer } from '../../src/model-registry/manifest.js'
import { CONTENTS, fileRow, noise, remoteModel, temporaryFolder, writeFiles } from './remote-model.js'

const BUNDLED_CONTENTS = new Map([
  ['model.onnx', noise(2000, 3)],
  ['tokenizer.json', noise(500, 4)],
  ['tokenizer_config.json', noise(50, 5)],
])
const SCORER_CONTENT = noise(100, 6)

const REMOTE = remoteModel('https://huggingface.co')
const BUNDLED: ManifestEmbedder = {
  ...remoteModel('https://huggingface.co', BUNDLED_CONTENTS),
  name: 'tiny-bundled',
  origin: { kind: 'bundled', directory: 'embedder' },
  files: [...BUNDLED_CONTENTS].map(([path, content], index) =>
    fileRow((['onnx', 'tokenizer', 'tokenizer-config'] as const)[index] ?? 'card', path, content),
  ),
  dimensions: [4],
}
const CLASSIFIER: Extract<ManifestScorer, { kind: 'classifier' }> = {
  name: 'tiny-classifier',
  version: '1',
  kind: 'classifier',
  origin: { kind: 'bundled', directory: 'classifier' },
  licence: 'MIT',
  description: 'For tests.',
  training: 'None.',
  files: [fileRow('onnx', 'model.onnx', SCORER_CONTENT)],
  input: 'features',
  output: 'probability',
  features: ['words', 'code'],
}
const VERIFIER: ManifestScorer = {
  ...CLASSIFIER,
  name: 'tiny-verifier',
  kind: 'verifier',
  origin: { kind: 'bundled', directory: 'verifier' },
}

interface Installation {
  readonly packageRoot: string
  readonly dataDir: string
  choose(embedder: string, models?: readonly ManifestModel[]): Promise<ModelChoice>
}

/** Everything installed: take away or damage what the test is about. */
function install(): Installation {
  const packageRoot = temporaryFolder()
  const dataDir = temporaryFolder()
  writeFiles(join(packageRoot, 'models/embedder'), BUNDLED_CONTENTS)
  writeFiles(join(packageRoot, 'models/classifier'), new Map([['model.onnx', SCORER_CONTENT]]))
  writeFiles(join(packageRoot, 'models/verifier'), new Map([['model.onnx', SCORER_CONTENT]]))
  writeFiles(join(dataDir, 'models/tiny-remote'), CONTENTS)
  return {
    packageRoot,
    dataDir,
    choose: (embedder, models = [BUNDLED, REMOTE, CLASSIFIER, VERIFIER]) =>
      chooseModels({ embedder, manifest: { models: [...models] }, places: { packageRoot, dataDir } }),
  }
}

async function chosen(choice: Promise<ModelChoice>): Promise<Extract<ModelChoice, { kind: 'chosen' }>> {
  const result = await choice
  return result.kind === 'chosen' ? result : expect.fail(`expected a choice, found ${result.kind}`)
}

test('auto takes the remote embedder when its files are there, with the scorers of the package', async () => {
  const { choose, dataDir, packageRoot } = install()
  const { embedder, classifier, verifier, warnings } = await chosen(choose('auto'))
  const setup: EmbedderSetup = embedder.setup
  expect(setup).toEqual({
    onnxFile: join(dataDir, 'models/tiny-remote/onnx/model.onnx'),
    tokenizerFile: join(dataDir, 'models/tiny-remote/tokenizer.json'),
    tokenizerConfigFile: null,
    dimension: 8,
    maxTokens: 16,
    pooling: 'mean',
    normalise: true,
    output: 'last_hidden_state',
    prefix: '',
    longText: 'head',
  })
  expect(embedder).toMatchObject({
    name: 'tiny-remote',
    version: '1',
    fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
  })
  const scorer: ScorerSetup | undefined = classifier?.setup
  expect(scorer).toEqual({
    onnxFile: join(packageRoot, 'models/classifier/model.onnx'),
    input: 'features',
    output: 'probability',
    features: ['words', 'code'],
  })
  expect(verifier?.name).toBe('tiny-verifier')
  expect(warnings).toEqual([])
})

test('a classifier that reads words is told the names of their inputs', async () => {
  const words = { buckets: 'word_buckets', counts: 'word_counts' }
  const { classifier } = await chosen(install().choose('auto', [BUNDLED, { ...CLASSIFIER, words }, VERIFIER]))
  const setup: ClassifierSetup | undefined = classifier?.setup
  expect(setup).toMatchObject({ words, features: ['words', 'code'] })
})

test('auto takes the bundled embedder without a word when the remote one was never fetched', async () => {
  const { choose, dataDir, packageRoot } = install()
  rmSync(join(dataDir, 'models'), { recursive: true })
  const { embedder, warnings } = await chosen(choose('auto'))
  expect(embedder).toMatchObject({ name: 'tiny-bundled', dimensions: [4] })
  expect(embedder.setup.tokenizerConfigFile).toBe(join(packageRoot, 'models/embedder/tokenizer_config.json'))
  expect(warnings).toEqual([])
})

test.each([
  ['is of another size', (file: string) => appendFileSync(file, 'x'), 'expected 300,000 bytes, found 300,001 bytes'],
  [
    'has another content',
    (file: string) => writeFileSync(file, noise(300_000, 9)),
    /expected sha256 \w+, found sha256 \w+/,
  ],
  ['is missing', (file: string) => rmSync(file), 'expected 300,000 bytes, found no file'],
])('auto falls back to the bundled embedder with a warning when a remote file %s', async (_, damage, message) => {
  const { choose, dataDir } = install()
  const file = join(dataDir, 'models/tiny-remote/onnx/model.onnx')
  damage(file)
  const { embedder, warnings } = await chosen(choose('auto'))
  expect(embedder.name).toBe('tiny-bundled')
  expect(warnings).toEqual([expect.stringMatching(message)])
  expect(warnings[0]).toMatch(/^tiny-remote is damaged: .*llmrouter models pull tiny-remote/)
  expect(warnings[0]).toContain(file)
})

test('a remote embedder that is named and not there has to be pulled', async () => {
  const { choose, dataDir } = install()
  rmSync(join(dataDir, 'models'), { recursive: true })
  expect(await choose('tiny-remote')).toMatchObject({ kind: 'needs-pull', model: REMOTE, status: 'absent' })
})

test('a remote embedder that is named and damaged has to be pulled, and the file is told', async () => {
  const { choose, dataDir } = install()
  const path = join(dataDir, 'models/tiny-remote/tokenizer.json')
  appendFileSync(path, 'x')
  expect(await choose('tiny-remote')).toMatchObject({
    kind: 'needs-pull',
    status: 'damaged',
    problems: [{ path, expected: '5,000 bytes', found: '5,001 bytes' }],
  })
})

test('an unknown name is told with the nearest and all others', async () => {
  await expect(install().choose('tiny-remotte')).rejects.toThrow(
    'There is no model "tiny-remotte". Did you mean "tiny-remote"? The models are tiny-bundled, tiny-remote, tiny-classifier, tiny-verifier.',
  )
})

test('a scorer is no embedder', async () => {
  await expect(install().choose('tiny-verifier')).rejects.toThrow(
    '"tiny-verifier" is a verifier, not an embedder. Those are tiny-bundled, tiny-remote.',
  )
})

test('a damaged bundled embedder is an error that says which file', async () => {
  const { choose, packageRoot } = install()
  appendFileSync(join(packageRoot, 'models/embedder/model.onnx'), 'x')
  await expect(choose('tiny-bundled')).rejects.toThrow(/model\.onnx: expected 2,000 bytes, found 2,001 bytes/)
})

test('a bundled embedder that has not been made is an error', async () => {
  const unmade = { ...BUNDLED, files: BUNDLED.files.map((file) => ({ ...file, bytes: null, sha256: null })) }
  await expect(install().choose('auto', [unmade])).rejects.toThrow('its files are not part of this release')
})

test('scorers that are damaged or not made are left out, the former with a warning', async () => {
  const { choose, packageRoot } = install()
  rmSync(join(packageRoot, 'models/classifier/model.onnx'))
  const unmade = {
    ...VERIFIER,
    files: [{ ...fileRow('onnx', 'model.onnx', SCORER_CONTENT), bytes: null, sha256: null }],
  }
  const result = await chosen(choose('auto', [BUNDLED, CLASSIFIER, unmade]))
  expect(result).toMatchObject({ classifier: null, verifier: null })
  expect(result.warnings).toEqual([expect.stringContaining('classifier/model.onnx: expected 100 bytes, found no file')])
})
