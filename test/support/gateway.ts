import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { stringify } from 'yaml'
import type { AnswerCache } from '../../src/cache/answer-cache.js'
import { type LoadedConfig, loadConfig } from '../../src/config/load.js'
import type { Limiter } from '../../src/limits/limiter.js'
import { type Gateway, type GatewayInference, startGateway } from '../../src/main.js'
import type { LocalEmbedder } from '../../src/pipeline/deps.js'
import { createLogger } from '../../src/telemetry/log.js'

export interface TestGateway {
  readonly url: string
  readonly gateway: Gateway
  /** Every log line so far, parsed. */
  readonly logs: () => readonly Record<string, unknown>[]
  /** Every byte that was logged. */
  readonly rawLog: () => string
  /** Waits until the request with this id has been settled, and returns its log line. */
  readonly settled: (id: string) => Promise<Record<string, unknown>>
  /** Swaps the configuration, as a changed file would. */
  readonly reload: (config: object) => void
  readonly close: () => Promise<void>
}

/** The real gateway in this process, on a free port, from a real configuration file. */
export async function startTestGateway(
  config: object = {},
  options: {
    transport?: 'uws' | 'node'
    env?: Record<string, string>
    inference?: GatewayInference
    /** Alone, without a pool behind it. */
    localEmbedder?: LocalEmbedder
    /** Absent: answers are not kept. */
    cache?: AnswerCache
    /** For the jitter of retries. Absent: none, so that they come at once. */
    random?: () => number
    limiter?: Limiter
  } = {},
): Promise<TestGateway> {
  const directory = mkdtempSync(join(tmpdir(), 'llmrouter-'))
  const file = join(directory, 'llmrouter.yaml')
  const load = (given: object): LoadedConfig => {
    const server = 'server' in given && typeof given.server === 'object' ? given.server : {}
    writeFileSync(file, stringify({ ...given, server: { port: 0, ...server } }))
    return loadConfig({ file, env: options.env ?? {}, cwd: directory })
  }
  const loaded = load(config)

  let text = ''
  const sink = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  const gateway = await startGateway({
    config: loaded.config,
    log: createLogger('debug', sink),
    configStatus: () => ({ file, status: 'ok' }),
    random: options.random ?? (() => 0),
    ...(options.transport !== undefined && { transport: options.transport }),
    ...(options.inference !== undefined && { inference: options.inference }),
    ...(options.limiter !== undefined && { limiter: options.limiter }),
    ...(options.cache !== undefined && { cache: options.cache }),
    ...(options.localEmbedder !== undefined && { inference: embedderOnly(options.localEmbedder) }),
  })
  const logs = () =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>) // our own log lines are objects
  return {
    url: gateway.url,
    gateway,
    logs,
    rawLog: () => text,
    reload: (next) => gateway.apply(load(next).config),
    async settled(id) {
      for (;;) {
        const line = logs().find((entry) => entry.id === id && entry.msg === 'request')
        if (line !== undefined) return line
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
    async close() {
      await gateway.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function embedderOnly(localEmbedder: LocalEmbedder): GatewayInference {
  return {
    localEmbedder,
    analyser: { analyse: async () => ({ kind: 'unavailable' }) },
    health: () => ({ status: 'ok' }),
    close: async () => {},
  }
}
