import { statSync } from 'node:fs'
import { createHttpUpstream, type HttpUpstream, type HttpUpstreamOptions } from './http-upstream.js'
import type { Upstream } from './upstream.js'

/** The HTTP upstreams by provider name, over changes of configuration. */
export interface UpstreamRegistry {
  get(name: string): Upstream | undefined
  /**
   * Upstreams whose options stay the same keep their warm connections. Replaced ones close theirs as calls end.
   * @throws Error that names the provider whose options are wrong; nothing has changed then
   */
  update(list: readonly NamedUpstream[]): void
  /** Ends all connections, also those of replaced upstreams. */
  close(): Promise<void>
}

export interface NamedUpstream {
  readonly name: string
  readonly options: HttpUpstreamOptions
}

interface Entry {
  readonly key: string
  readonly upstream: HttpUpstream
}

export function createUpstreamRegistry(): UpstreamRegistry {
  let entries: ReadonlyMap<string, Entry> = new Map()
  const retiring = new Set<HttpUpstream>()

  function retire(upstream: HttpUpstream): void {
    retiring.add(upstream)
    void upstream.retire().then(() => retiring.delete(upstream))
  }

  return {
    get: (name) => entries.get(name)?.upstream,
    update(list) {
      const next = new Map(list.map((item) => [item.name, keepOrCreate(item, entries.get(item.name))]))
      const kept = new Set([...next.values()].map((entry) => entry.upstream))
      for (const { upstream } of entries.values()) if (!kept.has(upstream)) retire(upstream)
      entries = next
    },
    async close() {
      const open = [...entries.values()].map((entry) => entry.upstream)
      await Promise.all([...open, ...retiring].map((upstream) => upstream.close()))
    },
  }
}

function keepOrCreate({ name, options }: NamedUpstream, known: Entry | undefined): Entry {
  try {
    const key = JSON.stringify([options, options.caFile === null ? null : statSync(options.caFile).mtimeMs])
    return known?.key === key ? known : { key, upstream: createHttpUpstream(options) }
  } catch (error) {
    throw new Error(`providers.${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}
