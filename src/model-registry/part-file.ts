import { constants, type FileHandle, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hashFile } from './check-files.js'
import { ModelError } from './model-error.js'

/** To read and write, made if it is not there, and left as it is if it is. */
const OPEN_OR_MAKE = constants.O_RDWR | constants.O_CREAT

/** A file that is on its way: `<target>.part`, and `<target>.part.etag` with what the server calls this version of it. */
export interface PartFile {
  readonly path: string
  /** Bytes there are; 0 if it has not been begun. */
  size(): Promise<number>
  /** The strong ETag it was begun with. */
  etag(): Promise<string | undefined>
  /** Begins it anew; an ETag that is not strong is not kept, since it may not be asked for by. */
  begin(etag: string | undefined): Promise<PartWriter>
  /** Goes on with it. */
  resume(): Promise<PartWriter>
  sha256(): Promise<string>
  /** Puts it in the target's place, at once, and so that a power failure does not undo it. */
  install(): Promise<void>
  discard(): Promise<void>
}

export interface PartWriter {
  write(chunk: Uint8Array, at: number): Promise<void>
  /** On the disk when it resolves. */
  close(): Promise<void>
}

/** What fails here rejects with a ModelError of the code `disk`. */
export function partFile(target: string): PartFile {
  const path = `${target}.part`
  const etagPath = `${path}.etag`
  const guarded = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw diskError(error, path)
    })

  async function openPart(flags: number): Promise<FileHandle> {
    await mkdir(dirname(path), { recursive: true })
    return open(path, flags)
  }

  /** At places, never appended: two writers of the same file write the same bytes at the same places. */
  function writer(handle: FileHandle): PartWriter {
    return {
      write: (chunk, at) => guarded(writeAll(handle, chunk, at)),
      close: () => guarded(handle.sync().finally(() => handle.close())),
    }
  }

  async function begin(etag: string | undefined): Promise<PartWriter> {
    await rm(etagPath, { force: true })
    const handle = await openPart(OPEN_OR_MAKE | constants.O_TRUNC)
    if (etag === undefined || etag.startsWith('W/')) return writer(handle)
    try {
      await writeFile(etagPath, etag)
    } catch (error) {
      await handle.close()
      throw error
    }
    return writer(handle)
  }

  async function install(): Promise<void> {
    await rename(path, target)
    await rm(etagPath, { force: true })
    await syncFolder(dirname(target))
  }

  return {
    path,
    size: () =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    etag: () => readFile(etagPath, 'utf8').catch(() => undefined),
    begin: (etag) => guarded(begin(etag)),
    resume: () => guarded(openPart(OPEN_OR_MAKE).then(writer)),
    sha256: () => guarded(hashFile(path)),
    install: () => guarded(install()),
    async discard() {
      await guarded(rm(path, { force: true }))
      await guarded(rm(etagPath, { force: true }))
    },
  }
}

/** One call need not write all. */
async function writeAll(handle: FileHandle, chunk: Uint8Array, at: number): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, written, chunk.length - written, at + written)
    written += bytesWritten
  }
}

/** A rename is on the disk when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined)
  // Windows does not sync folders.
  await handle?.sync().catch(() => {})
  await handle?.close()
}

export function diskError(error: unknown, path: string): ModelError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  const reason = error instanceof Error ? error.message : String(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = `The disk is full: ${path} could not be written. Make room; what has been fetched is kept and the next pull goes on from there.`
    return new ModelError('disk', message, { cause: error })
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const message = `${path} could not be written: permission denied (${code}). Choose another data folder, or let this user write there.`
    return new ModelError('disk', message, { cause: error })
  }
  return new ModelError('disk', `${path} could not be written: ${reason}`, { cause: error })
}
