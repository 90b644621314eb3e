import type { CallPlace } from './call-failure.js'
import { createConnection } from './connection.js'
import { createConnectionPool } from './connection-pool.js'
import { type Address, createDial, type ProxyAddress } from './dial.js'
import { createDnsCache } from './dns-cache.js'
import { startHttpCall } from './http-call.js'
import { checkFixedHeaders, mergeHeaders } from './request-headers.js'
import { createTrust } from './trusted-roots.js'
import type { Upstream } from './upstream.js'
import { parseBaseUrl, parseProxyUrl } from './upstream-url.js'

export interface HttpUpstreamOptions {
  /** http or https, with the path and query that every request shares. */
  readonly baseUrl: string
  /** Sent with every request, over headers of the same name. */
  readonly headers: Readonly<Record<string, string>>
  /** For name, TCP, proxy and TLS together. */
  readonly connectTimeoutMs: number
  /** `http://user:password@host:port` of a proxy that knows CONNECT. */
  readonly proxy: string | null
  /** PEM file of a private CA, trusted in addition to the system's. */
  readonly caFile: string | null
  /** Calls above it wait. Unlimited by default: the gateway limits its requests at the door. */
  readonly maxConnections?: number
  /** Of one answer. */
  readonly maxHeaderBytes?: number
}

export interface HttpUpstream extends Upstream {
  /**
   * For an upstream that has been replaced: from now on no connection is kept idle. Calls go on, and even new ones
   * are served, since a request keeps the configuration it began with. Resolves when the last call has ended.
   */
  retire(): Promise<void>
}

const MAX_HEADER_BYTES = 32 * 1024

/**
 * HTTP/1.1 to one provider, with connections of its own. Follows no redirects and decodes no content: what the
 * provider says is what the handler gets. Time-outs other than for connecting are the caller's.
 * @throws Error that says which option is wrong
 */
export function createHttpUpstream(options: HttpUpstreamOptions): HttpUpstream {
  const base = parseBaseUrl(options.baseUrl)
  const proxy = options.proxy === null ? undefined : parseProxyUrl(options.proxy)
  const fixedHeaders = checkFixedHeaders(options.headers)
  const trust = createTrust(options.caFile)
  const dns = createDnsCache()
  const maxHeaderBytes = options.maxHeaderBytes ?? MAX_HEADER_BYTES

  const place: CallPlace = {
    provider: shownAddress(base),
    proxy: proxy && shownAddress(proxy),
    connectTimeoutMs: options.connectTimeoutMs,
    maxHeaderBytes,
  }
  const dial = createDial({ ...options, target: base, secure: base.secure, proxy, trust, dns })
  const pool = createConnectionPool({
    maxConnections: options.maxConnections ?? Infinity,
    closedMessage: `The connections to the provider at ${place.provider} are closed.`,
    open(onDisconnect) {
      const connection = createConnection({
        origin: base.origin,
        dial,
        maxHeaderBytes,
        onDisconnect: () => onDisconnect(connection),
      })
      return connection
    },
  })

  return {
    send(request, handler) {
      const { method, body } = request
      const wire = {
        method,
        path: base.pathOf(request.path),
        headers: mergeHeaders(request.headers, fixedHeaders),
        ...(body !== undefined && { body }),
      }
      return startHttpCall({ pool, place, request: wire, handler })
    },
    retire: () => pool.retire(),
    close: () => pool.close(),
  }
}

function shownAddress({ host, port }: Address | ProxyAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
