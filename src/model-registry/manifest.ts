import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { ModelError } from './model-error.js'

/** The shape of `models/manifest.json`: every model the gateway knows, bundled with it or to be fetched. */

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, 'expected letters, digits, ".", "_" and "-": it names a folder too')

/** Below the model's folder, with forward slashes, never leading out of it. */
const relativePath = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/,
    'expected a path below the folder of the model',
  )

const text = z.string().min(1, 'expected a text that is not empty')
const count = z.int().positive()

const file = z
  .strictObject({
    role: z.enum(['onnx', 'tokenizer', 'tokenizer-config', 'config', 'card']),
    path: relativePath,
    /** Null, like the hash: the file has not been made yet. */
    bytes: count.nullable(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits in lower case')
      .nullable(),
  })
  .refine((entry) => (entry.bytes === null) === (entry.sha256 === null), {
    path: ['sha256'],
    message: 'expected size and hash, or neither',
  })

const origin = z.discriminatedUnion('kind', [
  /** In `models/<directory>` of the package. */
  z.strictObject({ kind: z.literal('bundled'), directory: name }),
  /** At `<endpoint>/<repository>/resolve/<revision>/<path>`, the layout of huggingface.co and its mirrors. */
  z.strictObject({
    kind: z.literal('remote'),
    endpoint: z.url({ protocol: /^https?$/, error: 'expected an http or https address' }),
    repository: relativePath,
    revision: z.string().regex(/^[0-9a-f]{40}$/, 'expected a commit: branches and tags may change'),
  }),
])

const about = {
  name,
  version: text,
  origin,
  licence: text,
  description: text,
  training: text,
  files: z.array(file).min(1),
}

const embedder = z.strictObject({
  ...about,
  kind: z.literal('embedder'),
  /** Length of the sentence vector. */
  dimension: count,
  /** Shorter lengths the vector may be cut to (trained so that its first numbers matter most). */
  dimensions: z.array(count).optional(),
  /** Most tokens of one forward pass, special tokens included. */
  maxTokens: count,
  pooling: z.enum(['mean', 'cls', 'none']),
  normalise: z.boolean(),
  /** Of the graph. */
  output: text,
  /** Put before every text. */
  prefix: z.string(),
  longText: z.enum(['head', 'head-tail', 'windows']),
})

const scorer = {
  ...about,
  /** Of the graph. */
  input: text,
  output: text,
  /** In the order of the columns. */
  features: z.array(text).min(1),
}
const classifier = z.strictObject({
  ...scorer,
  kind: z.literal('classifier'),
  /** Names of the graph's inputs for the words of a prompt; absent: it reads the features alone. */
  words: z.strictObject({ buckets: text, counts: text }).optional(),
})
const verifier = z.strictObject({ ...scorer, kind: z.literal('verifier') })

const model = z.discriminatedUnion('kind', [embedder, classifier, verifier]).check((context) => {
  const row = context.value
  const { files } = row
  const complain = (path: PropertyKey[], message: string): void => {
    context.issues.push({ code: 'custom', input: row, path, message })
  }
  const rolesOf = (role: ModelFile['role']): number => files.filter((entry) => entry.role === role).length
  if (rolesOf('onnx') !== 1) complain(['files'], `expected one file with the role onnx, found ${rolesOf('onnx')}`)
  if (row.kind === 'embedder') {
    if (rolesOf('tokenizer') !== 1)
      complain(['files'], `expected one file with the role tokenizer, found ${rolesOf('tokenizer')}`)
    if (rolesOf('tokenizer-config') > 1) complain(['files'], 'expected at most one file with the role tokenizer-config')
    row.dimensions?.forEach((length, index) => {
      if (length >= row.dimension) complain(['dimensions', index], 'expected less than the dimension')
    })
  }
  files.forEach((entry, index) => {
    if (files.findIndex(({ path }) => path === entry.path) !== index)
      complain(['files', index, 'path'], `expected another path than "${entry.path}", which is taken`)
    if (row.origin.kind === 'remote' && entry.sha256 === null)
      complain(['files', index, 'sha256'], 'expected size and hash: what is fetched is never trusted unseen')
  })
})

const manifest = z.strictObject({ models: z.array(model) }).check((context) => {
  const { models } = context.value
  models.forEach((row, index) => {
    if (models.findIndex((other) => other.name === row.name) === index) return
    const message = `expected another name than "${row.name}", which is taken`
    context.issues.push({ code: 'custom', input: row.name, path: ['models', index, 'name'], message })
  })
})

export type Manifest = z.output<typeof manifest>
export type ManifestModel = z.output<typeof model>
export type ManifestEmbedder = Extract<ManifestModel, { kind: 'embedder' }>
export type ManifestScorer = Exclude<ManifestModel, { kind: 'embedder' }>
export type ModelFile = z.output<typeof file>
export type RemoteOrigin = Extract<ManifestModel['origin'], { kind: 'remote' }>

/** Where the manifest of this installation is. `packageRoot` ends in a slash. */
export function manifestFile(packageRoot: string): string {
  return `${packageRoot}models/manifest.json`
}

/** @throws ModelError with all that is wrong with it, each with its path */
export function readManifest(packageRoot: string): Manifest {
  const path = manifestFile(packageRoot)
  let tree: unknown
  try {
    tree = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ModelError('manifest', `${path} cannot be read: ${reason}`, { cause: error })
  }
  const parsed = manifest.safeParse(tree)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `  ${z.core.toDotPath(issue.path)}: ${issue.message}`)
  throw new ModelError('manifest', `${path} is not valid:\n${problems.join('\n')}`)
}
