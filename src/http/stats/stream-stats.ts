import { GatewayError } from '../../core/errors.js'
import type { TransportRequest, TransportResponse } from '../../transport/transport.js'
import type { Stats } from './stats.js'

/** `GET /stats/stream`: the same figures again and again, to whoever watches. */
export interface StatsStream {
  /** @throws GatewayError 503 when too many watch */
  open(request: TransportRequest, response: TransportResponse, headers: Readonly<Record<string, string>>): void
  /** Ends all streams: nothing waits for those who watch. */
  close(): void
}

export interface StatsStreamOptions {
  readonly stats: () => Promise<Stats>
  readonly everyMs?: number
  readonly mostWatchers?: number
}

interface Watcher {
  readonly response: TransportResponse
  /** It has not taken what it was given; newer figures will do when it has. */
  isSlow: boolean
}

export function createStatsStream({ everyMs = 1000, mostWatchers = 32, stats }: StatsStreamOptions): StatsStream {
  const watchers = new Set<Watcher>()
  let timer: NodeJS.Timeout | undefined
  let isRendering = false

  async function render(): Promise<string> {
    return `event: stats\ndata: ${JSON.stringify(await stats())}\n\n`
  }

  async function tell(): Promise<void> {
    if (isRendering) return
    isRendering = true
    try {
      const text = await render()
      for (const watcher of watchers) if (!watcher.isSlow) send(watcher, text)
    } catch {
      // The next second may fare better.
    } finally {
      isRendering = false
    }
  }

  function send(watcher: Watcher, text: string): void {
    if (watcher.response.write(text)) return
    watcher.isSlow = true
    void watcher.response.drained().then(() => {
      watcher.isSlow = false
    })
  }

  function leave(watcher: Watcher): void {
    watchers.delete(watcher)
    if (watchers.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  return {
    open(request, response, headers) {
      if (watchers.size >= mostWatchers) {
        throw new GatewayError('overloaded', `${mostWatchers} are watching already, which is as many as may.`)
      }
      response.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
        ...headers,
      })
      if (request.method === 'HEAD') return response.end()
      const watcher: Watcher = { response, isSlow: false }
      watchers.add(watcher)
      response.onAborted(() => leave(watcher))
      timer ??= setInterval(() => void tell(), everyMs).unref()
      void render().then(
        (text) => send(watcher, text),
        () => response.close(),
      )
    },
    close() {
      for (const watcher of [...watchers]) {
        leave(watcher)
        watcher.response.end()
      }
    },
  }
}
