import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SemanticRules } from '../../src/cache/semantic/semantic-tier.js'
import type { Clock } from '../../src/core/clock.js'
import { type CacheAtWork, openCacheAtWork } from './cache-at-work.js'
import type { EvalData, EvalPrompt } from './eval-data.js'
import type { EvalModels } from './eval-models.js'
import type { EvalSplit, EvalStream } from './make-streams.js'
import { startStudy } from './study.js'
import { addTallies, NOTHING, type ServedHit, type Tally, tallyOf } from './tally.js'
import type { Teacher } from './teachers.js'

/** How the cache decides, and what it has learnt before. */
export type Setting =
  | { readonly mode: 'threshold'; readonly threshold: number }
  | { readonly mode: 'bounded'; readonly maxFalseHitRate: number; readonly taughtBy: string | null }

export interface Evaluated {
  readonly stream: EvalStream
  readonly rows: readonly { readonly setting: Setting; readonly tally: Tally }[]
}

export interface EvaluateOptions {
  readonly data: EvalData
  readonly models: EvalModels
  readonly streams: readonly EvalStream[]
  readonly teachers: readonly Teacher[]
  readonly rates: readonly number[]
  readonly cuts: readonly number[]
  readonly seed: number
  readonly storePrompts: boolean
  readonly onProgress: (what: string, done: number, total: number) => void
}

/** Every setting on every stream; the splits of a stream are added up. */
export async function evaluate(options: EvaluateOptions): Promise<readonly Evaluated[]> {
  const { cuts, rates, streams, teachers } = options
  const rows = new Map(streams.map((stream) => [stream, [] as { setting: Setting; tally: Tally }[]]))
  const total = cuts.length + rates.length * (1 + teachers.length)
  let done = 0
  const note = (setting: Setting, tallies: ReadonlyMap<EvalStream, Tally>): void => {
    for (const [stream, tally] of tallies) rows.get(stream)?.push({ setting, tally })
    options.onProgress(nameOf(setting), ++done, total)
  }
  for (const maxFalseHitRate of rates) {
    const rules = { mode: 'bounded', maxFalseHitRate } as const
    note({ ...rules, taughtBy: null }, await runAll(options, rules, undefined))
    for (const teacher of teachers) {
      note({ ...rules, taughtBy: teacher.name }, await runAll(options, rules, { teacher, maxFalseHitRate }))
    }
  }
  for (const threshold of cuts) {
    const setting = { mode: 'threshold', threshold } as const
    note(setting, await runAll(options, setting, undefined))
  }
  return streams.map((stream) => ({ stream, rows: rows.get(stream) ?? [] }))
}

export function nameOf(setting: Setting): string {
  if (setting.mode === 'threshold') return `threshold ${setting.threshold}`
  return `bounded ${100 * setting.maxFalseHitRate} %, ${setting.taughtBy === null ? 'cold' : `after lessons by ${setting.taughtBy}`}`
}

interface Lessons {
  readonly teacher: Teacher
  readonly maxFalseHitRate: number
}

/** What was learnt for a split from the others serves all streams: each begins with a copy of it. */
async function runAll(
  options: EvaluateOptions,
  rules: Exclude<SemanticRules, { mode: 'off' }>,
  lessons: Lessons | undefined,
): Promise<ReadonlyMap<EvalStream, Tally>> {
  const { streams } = options
  const folder = mkdtempSync(join(tmpdir(), 'llmrouter-cache-eval-'))
  try {
    const tallies = new Map(streams.map((stream) => [stream, NOTHING]))
    for (const split of streams[0]?.splits.keys() ?? []) {
      const learnt = join(folder, `learnt-${split}.json`)
      const open = (file: string, seed: number): CacheAtWork => openCache(options, rules, lessons, { file, seed })
      if (lessons !== undefined) await attend(open(learnt, options.seed), streams[0]?.splits[split])
      for (const stream of streams) {
        const file = join(folder, 'state.json')
        rmSync(file, { force: true })
        // Who has learnt nothing has written nothing.
        if (existsSync(learnt)) cpSync(learnt, file)
        const cache = open(file, options.seed + 1)
        const tally = await serve(cache, stream.splits[split]?.requests ?? [], options.data)
        tallies.set(stream, addTallies(tallies.get(stream) ?? NOTHING, tally))
      }
    }
    return tallies
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function openCache(
  { data, models, storePrompts }: EvaluateOptions,
  rules: Exclude<SemanticRules, { mode: 'off' }>,
  lessons: Lessons | undefined,
  { file, seed }: { readonly file: string; readonly seed: number },
): CacheAtWork {
  const clock = createRequestClock()
  if (lessons === undefined) return openCacheAtWork({ models, rules, clock, storePrompts })
  const { maxFalseHitRate, teacher } = lessons
  const study = { models, maxFalseHitRate, teacher, isRight: data.strict, file, clock, seed }
  return openCacheAtWork({
    ...{ models, rules, clock, storePrompts },
    startStudy: (retract) => startStudy({ ...study, retract }),
  })
}

async function attend(cache: CacheAtWork, split: EvalSplit | undefined): Promise<void> {
  for (const { text } of split?.lessons ?? []) await cache.ask(text)
  await cache.close()
}

async function serve(cache: CacheAtWork, requests: readonly EvalPrompt[], data: EvalData): Promise<Tally> {
  const hits: ServedHit[] = []
  let exact = 0
  for (const { text } of requests) {
    const asked = await cache.ask(text)
    if (asked.kind === 'exact') exact++
    if (asked.kind === 'semantic') hits.push({ prompt: text, kept: asked.kept })
  }
  await cache.close()
  return tallyOf(requests.length, exact, hits, data)
}

/** Each look takes a while, so that a day has thousands of requests whatever the machine does. */
const LOOK_MS = 1000

function createRequestClock(): Clock {
  let ms = 0
  return {
    now: () => ms,
    epochMs() {
      ms += LOOK_MS
      return ms
    },
  }
}
