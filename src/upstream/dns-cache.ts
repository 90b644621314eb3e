import dns from 'node:dns'
import type { LookupFunction } from 'node:net'

/** Found addresses are used as they are for so long … */
const FRESH_MS = 10_000
/** … and until then while a new lookup runs in the background, so that no request waits for a resolver. */
const STALE_MS = 120_000

export interface DnsCache {
  readonly lookup: LookupFunction
  /** The addresses of this name did not answer: ask again before the next connection. */
  forget(hostname: string): void
}

export interface DnsCacheOptions {
  /** The system resolver by default. */
  readonly resolve?: (hostname: string) => Promise<dns.LookupAddress[]>
  readonly now?: () => number
}

interface Entry {
  addresses: readonly dns.LookupAddress[]
  foundAtMs: number
  /** Moves by one with every connection, so that several addresses share the load. */
  turn: number
}

/**
 * A `lookup` for sockets that remembers. The system resolver has no cache of its own, tells no lifetimes, and blocks
 * one of few threads while it works. IP literals never come here: sockets connect to them directly.
 */
export function createDnsCache(options: DnsCacheOptions = {}): DnsCache {
  const resolve = options.resolve ?? resolveBySystem
  const now = options.now ?? (() => performance.now())
  const entries = new Map<string, Entry>()
  const running = new Map<string, Promise<Entry>>()

  function refresh(hostname: string): Promise<Entry> {
    const known = running.get(hostname)
    if (known !== undefined) return known
    const lookup = resolve(hostname)
      .then((addresses) => {
        const entry: Entry = { addresses, foundAtMs: now(), turn: entries.get(hostname)?.turn ?? 0 }
        entries.set(hostname, entry)
        return entry
      })
      .finally(() => running.delete(hostname))
    running.set(hostname, lookup)
    return lookup
  }

  function find(hostname: string): Entry | Promise<Entry> {
    const entry = entries.get(hostname)
    const ageMs = entry === undefined ? Infinity : now() - entry.foundAtMs
    if (entry === undefined || ageMs > STALE_MS) return refresh(hostname)
    // A failure in the background changes nothing: the old addresses stay until they are too old.
    if (ageMs > FRESH_MS) refresh(hostname).catch(() => undefined)
    return entry
  }

  const lookup: LookupFunction = (hostname, wanted, callback) => {
    const answer = (entry: Entry): void => {
      const addresses = inTurn(entry, Number(wanted.family ?? 0))
      const [first] = addresses
      if (first === undefined) callback(notFound(hostname), '', 0)
      else if (wanted.all === true) callback(null, [...addresses])
      else callback(null, first.address, first.family)
    }
    const found = find(hostname)
    // Sockets cope with an answer before `lookup` has returned, but only just: keep it asynchronous.
    if (found instanceof Promise) found.then(answer, (error) => callback(error, '', 0))
    else process.nextTick(answer, found)
  }

  return { lookup, forget: (hostname) => void entries.delete(hostname) }
}

/** The system's order of families, but within a family another address first each time. */
function inTurn(entry: Entry, family: number): dns.LookupAddress[] {
  const turn = entry.turn++
  const fits = entry.addresses.filter((address) => family === 0 || address.family === family)
  const first = fits.filter((address) => address.family === fits[0]?.family)
  const others = fits.filter((address) => address.family !== fits[0]?.family)
  return [...rotate(first, turn), ...rotate(others, turn)]
}

function rotate<Item>(items: readonly Item[], by: number): Item[] {
  const start = items.length === 0 ? 0 : by % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}

function resolveBySystem(hostname: string): Promise<dns.LookupAddress[]> {
  return dns.promises.lookup(hostname, { all: true, verbatim: true })
}

function notFound(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`no address for ${hostname}`), { code: 'ENOTFOUND' })
}
