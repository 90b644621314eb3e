import { join } from 'node:path'
import { checkModel, describeProblem, type FileProblem, type ModelState } from './check-files.js'
import { findModel } from './find-model.js'
import { fingerprint } from './fingerprint.js'
import type { Manifest, ManifestEmbedder, ManifestModel, ManifestScorer } from './manifest.js'
import { ModelError } from './model-error.js'
import { type ModelPlaces, modelFolder } from './model-folder.js'

export interface ChooseOptions {
  /** `inference.embedder`: `auto` or the name of a model. */
  readonly embedder: string
  readonly manifest: Manifest
  readonly places: ModelPlaces
}

/** What the threads are to load, or what has to be fetched first. */
export type ModelChoice =
  | {
      readonly kind: 'chosen'
      readonly embedder: ChosenEmbedder
      /** Null: none is shipped, or its files are damaged, which is a warning. */
      readonly classifier: ChosenScorer | null
      readonly verifier: ChosenScorer | null
      /** For the log: what was passed over, and why. */
      readonly warnings: readonly string[]
    }
  /** The embedder that was asked for by name is not here, or not whole. `pullModel` fetches it; then choose again. */
  | {
      readonly kind: 'needs-pull'
      readonly model: ManifestEmbedder
      readonly status: 'absent' | 'damaged'
      readonly problems: readonly FileProblem[]
    }

export interface ChosenModel {
  readonly name: string
  readonly version: string
  /** What comes out of models with different fingerprints must never be mixed. */
  readonly fingerprint: string
}

export interface ChosenEmbedder extends ChosenModel {
  /** Shorter lengths the vector may be cut to; its own is `setup.dimension`. */
  readonly dimensions: readonly number[]
  readonly setup: EmbedderFiles
}

export interface ChosenScorer extends ChosenModel {
  readonly setup: ScorerFiles
}

/** As `EmbedderSetup` of the inference threads. Absolute paths, verified. */
export interface EmbedderFiles
  extends Pick<
    ManifestEmbedder,
    'dimension' | 'maxTokens' | 'pooling' | 'normalise' | 'output' | 'prefix' | 'longText'
  > {
  readonly onnxFile: string
  readonly tokenizerFile: string
  readonly tokenizerConfigFile: string | null
}

/** As `ScorerSetup` or `ClassifierSetup` of the inference threads. Absolute path, verified. */
export interface ScorerFiles extends Pick<ManifestScorer, 'input' | 'output' | 'features'> {
  readonly onnxFile: string
  /** Only of a classifier that reads the words of a prompt. */
  readonly words?: WordNames
}

type WordNames = NonNullable<Extract<ManifestScorer, { kind: 'classifier' }>['words']>

/**
 * Chooses the models and checks the size and hash of every file that will be loaded. Never downloads.
 *
 * `auto` takes the first remote embedder that is installed and whole, else the bundled one.
 * @throws ModelError if the name is unknown or no embedder, or something else, or the bundled one's files are not right
 */
export async function chooseModels({ embedder, manifest, places }: ChooseOptions): Promise<ModelChoice> {
  const check = (model: ManifestModel): Promise<ModelState> => checkModel(model, modelFolder(model, places))
  const [chosen, classifier, verifier] = await Promise.all([
    embedder === 'auto' ? chooseAutomatically(manifest, check) : chooseByName(manifest, embedder, check),
    chooseScorer(manifest, 'classifier', places, check),
    chooseScorer(manifest, 'verifier', places, check),
  ])
  if (chosen.kind === 'needs-pull') return chosen
  return {
    kind: 'chosen',
    embedder: describeEmbedder(chosen.model, places),
    classifier: classifier.chosen,
    verifier: verifier.chosen,
    warnings: [...chosen.warnings, ...classifier.warnings, ...verifier.warnings],
  }
}

type Check = (model: ManifestModel) => Promise<ModelState>
type EmbedderChoice =
  | { readonly kind: 'found'; readonly model: ManifestEmbedder; readonly warnings: readonly string[] }
  | Extract<ModelChoice, { kind: 'needs-pull' }>

async function chooseAutomatically(manifest: Manifest, check: Check): Promise<EmbedderChoice> {
  const embedders = manifest.models.filter((model) => model.kind === 'embedder')
  const warnings: string[] = []
  for (const model of embedders.filter(({ origin }) => origin.kind === 'remote')) {
    const state = await check(model)
    if (state.status === 'installed') return { kind: 'found', model, warnings }
    if (state.status === 'damaged') warnings.push(`${explain(model, state)} The bundled embedder is used instead.`)
  }
  const bundled = embedders.find(({ origin }) => origin.kind === 'bundled')
  if (bundled === undefined) throw new ModelError('unusable', 'No embedder comes with this installation.')
  return { kind: 'found', model: await insist(bundled, check), warnings }
}

async function chooseByName(manifest: Manifest, name: string, check: Check): Promise<EmbedderChoice> {
  const model = findModel(manifest, name)
  if (model.kind !== 'embedder') {
    const names = manifest.models.filter(({ kind }) => kind === 'embedder').map((other) => other.name)
    const message = `inference.embedder: "${name}" is a ${model.kind}, not an embedder. Those are ${names.join(', ')}.`
    throw new ModelError('unknown-model', message)
  }
  if (model.origin.kind === 'bundled') return { kind: 'found', model: await insist(model, check), warnings: [] }
  const { status, problems } = await check(model)
  if (status === 'installed') return { kind: 'found', model, warnings: [] }
  return { kind: 'needs-pull', model, status: status === 'absent' ? 'absent' : 'damaged', problems }
}

async function insist(model: ManifestEmbedder, check: Check): Promise<ManifestEmbedder> {
  const state = await check(model)
  if (state.status !== 'installed') throw new ModelError('unusable', explain(model, state))
  return model
}

/** There is one of each kind. Without it the gateway works, only less cleverly. */
async function chooseScorer(
  manifest: Manifest,
  kind: ManifestScorer['kind'],
  places: ModelPlaces,
  check: Check,
): Promise<{ readonly chosen: ChosenScorer | null; readonly warnings: readonly string[] }> {
  const model = manifest.models.find((candidate) => candidate.kind === kind)
  if (model === undefined || model.kind === 'embedder') return { chosen: null, warnings: [] }
  const state = await check(model)
  if (state.status === 'unmade') return { chosen: null, warnings: [] }
  if (state.status !== 'installed') return { chosen: null, warnings: [`${explain(model, state)} It is left out.`] }
  return { chosen: { ...describe(model), setup: describeScorer(model, places) }, warnings: [] }
}

function describeScorer(model: ManifestScorer, places: ModelPlaces): ScorerFiles {
  const { input, output, features } = model
  const files = { onnxFile: fileOf(model, 'onnx', places), input, output, features }
  return model.kind === 'classifier' && model.words !== undefined ? { ...files, words: model.words } : files
}

/** What is wrong with a model and what would help, for people. */
function explain(model: ManifestModel, { status, problems }: ModelState): string {
  if (status === 'unmade') return `${model.name} is announced, but its files are not part of this release.`
  const help =
    model.origin.kind === 'remote'
      ? `Run "llmrouter models pull ${model.name}".`
      : 'It comes with llmrouter: install llmrouter again.'
  const state = status === 'absent' ? 'is not installed' : 'is damaged'
  return `${model.name} ${state}: ${problems.map(describeProblem).join('; ')}. ${help}`
}

function describe(model: ManifestModel): ChosenModel {
  return { name: model.name, version: model.version, fingerprint: fingerprint(model) }
}

function describeEmbedder(model: ManifestEmbedder, places: ModelPlaces): ChosenEmbedder {
  const { dimension, maxTokens, pooling, normalise, output, prefix, longText } = model
  const hasTokenizerConfig = model.files.some((file) => file.role === 'tokenizer-config')
  return {
    ...describe(model),
    dimensions: model.dimensions ?? [],
    setup: {
      onnxFile: fileOf(model, 'onnx', places),
      tokenizerFile: fileOf(model, 'tokenizer', places),
      tokenizerConfigFile: hasTokenizerConfig ? fileOf(model, 'tokenizer-config', places) : null,
      ...{ dimension, maxTokens, pooling, normalise, output, prefix, longText },
    },
  }
}

/** The manifest's check has made sure that every model has what its kind needs. */
function fileOf(model: ManifestModel, role: string, places: ModelPlaces): string {
  const file = model.files.find((candidate) => candidate.role === role)
  if (file === undefined) throw new ModelError('manifest', `${model.name} has no file with the role ${role}.`)
  return join(modelFolder(model, places), file.path)
}
