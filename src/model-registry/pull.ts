import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { checkFile } from './check-files.js'
import { createDownloadClient, type DownloadClient, type DownloadTimeouts } from './download.js'
import { fetchFile } from './fetch-file.js'
import type { ManifestModel, ModelFile, RemoteOrigin } from './manifest.js'
import { ModelError } from './model-error.js'
import { modelUrl } from './model-url.js'
import { diskError } from './part-file.js'
import { withPullLock } from './pull-lock.js'
import type { LeastPace } from './trickle-watch.js'

const LOCK_NAME = '.pull.lock'

/** Patience with a network. */
export interface PullPace extends DownloadTimeouts {
  /** Less than this is as good as silence. */
  readonly least: LeastPace
  /** Before the second attempt; doubles with each that brings nothing. */
  readonly retryDelayMs: number
}

const DEFAULT_PACE: PullPace = {
  connectMs: 10_000,
  silenceMs: 30_000,
  // A kilobyte a second: less than any connection over which 24 MB would be fetched.
  least: { windowMs: 60_000, bytes: 60_000 },
  retryDelayMs: 1000,
}

export interface PullOptions {
  readonly model: ManifestModel
  /** Where its files go: `modelFolder`. */
  readonly folder: string
  /** Takes the place of the manifest's endpoint; null: none. */
  readonly mirror: string | null
  /** Fetch even what is there and right. */
  readonly force?: boolean
  /** Ends the pull; what has been fetched is kept. */
  readonly signal?: AbortSignal
  readonly pace?: PullPace
  onEvent?(event: PullEvent): void
}

/** What a person who waits wants to see. */
export type PullEvent =
  /** Of all files that have to be fetched. May fall when one has to start again. */
  | { readonly kind: 'progress'; readonly path: string; readonly receivedBytes: number; readonly totalBytes: number }
  | { readonly kind: 'retry'; readonly path: string; readonly reason: string; readonly waitMs: number }
  /** Another process is at it. */
  | { readonly kind: 'waiting'; readonly holder: string }

/** `present`: all files were there and right. */
export type PullResult = 'pulled' | 'present'

/**
 * Brings the files of a remote model here: resumed, verified, each put into its place at once. Safe in several processes
 * at a time: one fetches, the others wait.
 * @throws ModelError that says what would help
 */
export async function pullModel(options: PullOptions): Promise<PullResult> {
  const { model, folder, force = false, signal = new AbortController().signal } = options
  const { origin } = model
  if (origin.kind === 'bundled')
    throw new ModelError('unusable', `${model.name} comes with llmrouter: nothing to pull.`)
  // Before anything is written: the folder may be filled by hand and read-only.
  if (!force && (await filesToFetch(model, folder)).length === 0) return 'present'
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw diskError(error, folder)
  })
  const onWait = (holder: string): void => options.onEvent?.({ kind: 'waiting', holder })
  try {
    return await withPullLock({ file: join(folder, LOCK_NAME), signal, onWait }, async () => {
      const files = force ? model.files.map(pinned) : await filesToFetch(model, folder)
      await fetchAll(files, origin, { ...options, signal })
      return files.length === 0 ? 'present' : 'pulled'
    })
  } catch (error) {
    throw explainForPeople(error, model, options)
  }
}

interface PinnedFile {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

async function filesToFetch(model: ManifestModel, folder: string): Promise<readonly PinnedFile[]> {
  const problems = await Promise.all(model.files.map((file) => checkFile(file, folder)))
  return model.files.filter((_, index) => problems[index] !== undefined).map(pinned)
}

/** The manifest's check has made sure of it for remote models. */
function pinned({ path, bytes, sha256 }: ModelFile): PinnedFile {
  if (bytes === null || sha256 === null) throw new ModelError('manifest', `${path} has no size and hash.`)
  return { path, bytes, sha256 }
}

async function fetchAll(
  files: readonly PinnedFile[],
  origin: RemoteOrigin,
  options: PullOptions & { readonly signal: AbortSignal },
): Promise<void> {
  const { folder, mirror, signal, onEvent, pace = DEFAULT_PACE } = options
  if (files.length === 0) return
  const totalBytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const client: DownloadClient = createDownloadClient(pace)
  let doneBytes = 0
  try {
    for (const { path, bytes, sha256 } of files) {
      const url = modelUrl(origin, mirror, path)
      const target = join(folder, path)
      await fetchFile({
        ...{ url, target, bytes, sha256, client, signal },
        least: pace.least,
        retryDelayMs: pace.retryDelayMs,
        onBytes: (received) => onEvent?.({ kind: 'progress', path, receivedBytes: doneBytes + received, totalBytes }),
        onRetry: (reason, waitMs) => onEvent?.({ kind: 'retry', path, reason, waitMs }),
      })
      doneBytes += bytes
    }
  } finally {
    await client.close()
  }
}

function explainForPeople(error: unknown, model: ManifestModel, { folder, signal }: PullOptions): unknown {
  if (!(error instanceof ModelError)) {
    return signal?.aborted === true ? new ModelError('aborted', 'Stopped.', { cause: error }) : error
  }
  if (error.code !== 'network' && error.code !== 'refused') return error
  const files = model.files.map((file) => file.path).join(', ')
  const help = `A mirror can be named by --mirror or inference.mirror, a proxy by HTTPS_PROXY. Or put the files into ${folder} yourself: ${files}.`
  return new ModelError(error.code, `${error.message}\n${help}`, { cause: error })
}
