import { createHash } from 'node:crypto'
import { type FSWatcher, readFileSync, realpathSync, watch } from 'node:fs'
import { dirname } from 'node:path'

export interface WatchOptions {
  /** Absolute. */
  readonly file: string
  /** The file's content is another one now, or the file has gone for good. */
  readonly onChange: () => void
  /** How long the file has to be left alone before it is read. */
  readonly debounceMs?: number
  /** How often to look without being told: network and container file systems do not always tell. */
  readonly pollMs?: number
}

export interface ConfigWatch {
  close(): void
}

/**
 * Watches the folders the file is in, not the file: editors rename a new file over it, and Kubernetes swaps a symbolic
 * link next to it. What counts is the content, so that touching the file or its neighbours does nothing.
 * It does not keep the process alive.
 */
export function watchConfig({ file, onChange, debounceMs = 100, pollMs = 5000 }: WatchOptions): ConfigWatch {
  let known = digestOf(file)
  let watchers = new Map<string, FSWatcher>()
  let timer: NodeJS.Timeout | undefined
  let wasMissing = false
  let closed = false

  function schedule(delayMs = debounceMs): void {
    if (closed) return
    clearTimeout(timer)
    timer = setTimeout(look, delayMs).unref()
  }

  function look(): void {
    if (closed) return
    follow()
    const digest = digestOf(file)
    const isMissing = digest === MISSING
    // A file that is missing may be on its way: only its absence at two looks in a row is one.
    if (isMissing && known !== MISSING && !wasMissing) schedule(5 * debounceMs)
    else if (digest !== known) {
      known = digest
      onChange()
    }
    wasMissing = isMissing
  }

  /** Follows a link that leads to another folder now. */
  function follow(): void {
    const wanted = new Set(foldersOf(file))
    for (const [folder, watcher] of watchers) if (!wanted.has(folder)) watcher.close()
    watchers = new Map(
      [...wanted].flatMap((folder) => {
        const watcher = watchers.get(folder) ?? open(folder)
        return watcher === undefined ? [] : [[folder, watcher] as const]
      }),
    )
  }

  function open(folder: string): FSWatcher | undefined {
    try {
      const watcher = watch(folder, { persistent: false }, () => schedule())
      watcher.on('error', () => {
        watcher.close()
        watchers.delete(folder)
        schedule()
      })
      return watcher
    } catch {
      return undefined // gone, or out of watches: polling sees to it
    }
  }

  follow()
  const poller = setInterval(look, pollMs).unref()
  return {
    close() {
      closed = true
      clearTimeout(timer)
      clearInterval(poller)
      for (const watcher of watchers.values()) watcher.close()
    },
  }
}

const MISSING = 'missing'

function digestOf(file: string): string {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex')
  } catch {
    return MISSING
  }
}

function foldersOf(file: string): readonly string[] {
  try {
    return [dirname(file), dirname(realpathSync(file))]
  } catch {
    return [dirname(file)]
  }
}
