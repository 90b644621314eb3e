import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { createDirectory } from '../../build-runtime.js'
import { billedPrices } from '../../catalogue/billed-prices.js'
import { routableId } from '../../catalogue/find-unknown-models.js'
import { isChatModel } from '../../catalogue/shipped-models.js'
import { loadConfig } from '../../config/load.js'
import type { Config } from '../../config/schema.js'
import { type LoggedRequest, parseLogLine } from '../../core/money/replay/logged-request.js'
import { createReplay, type ReplayCandidate, type ReplayResult } from '../../core/money/replay/replay.js'
import { choosePair } from '../../routing/model-pair.js'

export interface ReplayedLog extends ReplayResult {
  readonly lines: {
    readonly requests: number
    /** Answered with an error, cut short, or without counts of tokens. */
    readonly left_out: number
    readonly unreadable: number
  }
  readonly threshold: number | 'as logged'
  readonly assumptions: readonly string[]
}

/** @param file request log, JSON lines, packed if its name ends in .gz */
export async function replayLog(file: string, configFile: string | undefined): Promise<ReplayedLog> {
  const { config } = loadConfig({ file: configFile, env: process.env, cwd: process.cwd() })
  const threshold = await thresholdOf(config, file)
  const replay = createReplay(candidateOf(config, threshold))
  const lines = { requests: 0, left_out: 0, unreadable: 0 }
  for await (const text of readLines(file)) {
    const line = parseLogLine(text)
    if (line.kind === 'request') {
      lines.requests++
      replay.take(line.request)
    } else if (line.kind === 'unreadable') lines.unreadable++
    else if (line.kind !== 'other') lines.left_out++
  }
  return {
    lines,
    threshold: threshold ?? 'as logged',
    ...replay.result(),
    assumptions: assumptionsOf(config),
  }
}

function candidateOf(config: Config, threshold: number | undefined): ReplayCandidate {
  const { cache, routing } = config
  const directory = createDirectory(config)
  const configured = {
    cheap: routing.auto.cheap === null ? null : (routableId(routing.auto.cheap, directory) ?? routing.auto.cheap),
    strong: routing.auto.strong === null ? null : (routableId(routing.auto.strong, directory) ?? routing.auto.strong),
  }
  const pair = choosePair(configured, directory.catalogue.filter(isChatModel))
  return {
    cache: {
      isOn: cache.store !== 'off',
      ttlMs: cache.ttlSeconds * 1000,
      maxEntries: cache.maxEntries,
      excludeModels: new Set(cache.excludeModels),
      keepsAnyTemperature: cache.maxTemperature === null,
      semantic: semanticOf(cache),
    },
    routing: { cheap: pair?.cheap.id, strong: pair?.strong.id, threshold },
    pricesOf: (model, provider) => billedPrices(directory, model, provider),
  }
}

function semanticOf({ semantic, storePrompts }: Config['cache']): ReplayCandidate['cache']['semantic'] {
  switch (semantic.mode) {
    case 'threshold':
      return { mode: 'threshold', threshold: semantic.threshold }
    case 'bounded':
      // Prompts are compared, so there have to be any.
      return storePrompts ? { mode: 'bounded', maxFalseHitRate: semantic.maxFalseHitRate } : { mode: 'off' }
    case 'off':
      return { mode: 'off' }
  }
}

/** Undefined: as it was logged. What a quality means in scores is not in a log. */
async function thresholdOf({ routing: { auto, target } }: Config, file: string): Promise<number | undefined> {
  if (auto.strategy === 'quality') return 0
  if (auto.strategy === 'cheapest') return Number.POSITIVE_INFINITY
  if ('threshold' in target) return target.threshold
  if (!('strongShare' in target)) return undefined
  const scores: number[] = []
  for await (const text of readLines(file)) {
    const line = parseLogLine(text)
    if (line.kind === 'request' && isScored(line.request)) scores.push(line.request.routing?.complexity ?? 0)
  }
  scores.sort((a, b) => b - a)
  const strong = Math.round(scores.length * target.strongShare)
  return strong === 0 ? Number.POSITIVE_INFINITY : scores[strong - 1]
}

function isScored({ routing }: LoggedRequest): boolean {
  return routing?.reason === 'score' && routing.complexity !== undefined
}

async function* readLines(file: string): AsyncIterable<string> {
  const bytes = createReadStream(file)
  const input = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes
  // An error of what is read, or of unpacking it, is the loop's.
  if (input !== bytes) bytes.once('error', (error) => input.destroy(error))
  for await (const line of createInterface({ input, crlfDelay: Infinity })) if (line.trim() !== '') yield line
}

function assumptionsOf({ routing: { target } }: Config): readonly string[] {
  return [
    'Requests come at the times, and answers take the time, of the log.',
    'An answer has as many tokens whichever model gives it, and its provider caches as much of the prompt.',
    'Every whole answer is kept, and nothing else was kept before the log began but what it shows to have been.',
    'Who was near in meaning stays so: a prompt is compared with the one kept prompt that the log names, and with none where an exact hit or a joined answer made that unnecessary.',
    'What the gateway learnt meanwhile from audits and feedback is in the logged bounds.',
    'Only the score decides otherwise: models that were asked for by name, by header or for what they can do stay.',
    ...('quality' in target
      ? ['What routing.target.quality means in scores is not in a log: the logged thresholds are taken.']
      : []),
    'Retries, fallbacks, escalations, audits and shadow calls are in the logged spend and not in the predicted one.',
  ]
}
