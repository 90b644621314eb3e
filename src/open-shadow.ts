import { cosineOf, judgeRequest } from './answer-judging.js'
import { isChatModel } from './catalogue/shipped-models.js'
import type { Config } from './config/schema.js'
import type { AskAfresh } from './pipeline/cached/ask-afresh.js'
import type { LocalEmbedder, Runtime } from './pipeline/deps.js'
import { createShadowDesk, type ShadowDesk, type ShadowPorts } from './pipeline/routed/shadow-desk.js'
import { choosePair } from './routing/model-pair.js'
import type { RoutingBelief } from './routing/target/target-state.js'
import { readShadowState, writeShadowState } from './routing-data/shadow-file.js'
import type { Logger } from './telemetry/log.js'
import { systemClock } from './telemetry/system-clock.js'

export interface OpenShadowOptions extends Pick<ShadowPorts, 'random' | 'isHealthy' | 'onLabel' | 'onBelief'> {
  /** Those in force. */
  readonly config: () => Config
  readonly runtime: () => Runtime
  readonly askAfresh: AskAfresh
  /** Null: answers cannot be compared by likeness. */
  readonly localEmbedder: LocalEmbedder | null
  /** Where it keeps what it learnt; null: in memory. */
  readonly file: string | null
  readonly belief: RoutingBelief
  readonly log: Logger
  readonly onVerdict: ShadowPorts['onVerdict']
}

/** Compares cheap answers with the strong model's, as `routing.shadow` wishes. */
export function openShadow(options: OpenShadowOptions): ShadowDesk {
  const { askAfresh, belief, config, file, localEmbedder, log, runtime } = options
  const ports: ShadowPorts = {
    ...options,
    clock: systemClock,
    settings: () => ({ ...config().routing.shadow, judgeModel: config().cache.audit.judgeModel }),
    pair: () => choosePair(runtime().auto, runtime().models.catalogue.filter(isChatModel)),
    askStrong: (request, target, signal) => askAfresh(request, 'shadow', { target, signal }),
    askJudge: (model, question, signal) => askAfresh(judgeRequest(model, question), 'judge', { signal }),
    cosineOf: async (a, b) => (localEmbedder === null ? undefined : cosineOf(localEmbedder, a, b)),
    store: file === null ? null : openStore(file, log),
    onVerdict(verdict) {
      options.onVerdict(verdict)
      log.info({ verdict }, "judged a cheap answer by the strong model's")
    },
  }
  return createShadowDesk(ports, belief)
}

function openStore(file: string, log: Logger): ShadowPorts['store'] {
  return {
    read: () => readShadowState(file, (message) => log.warn(message)),
    write(state) {
      try {
        writeShadowState(file, state)
      } catch (error) {
        log.warn({ file, reason: String(error) }, 'what shadow calls taught could not be written')
      }
    },
  }
}
