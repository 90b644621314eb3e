import { type Judgement, judgeAnswers } from '../../core/answers/judge-answers.js'
import type { ChatRequest } from '../../core/chat-request.js'
import type { ChatResponse } from '../../core/chat-response.js'
import type { Clock } from '../../core/clock.js'
import type { Assessment } from '../../core/hit-model/assess-candidate.js'
import type { HitModel } from '../../core/hit-model/hit-model.js'
import { logOdds } from '../../core/hit-model/log-odds.js'
import { type LabelNoise, observeLabel } from '../../core/hit-model/observe-label.js'
import type { SameRecords } from '../../core/hit-model/same-reading.js'
import {
  estimateFalseHits,
  type FalseHitEstimate,
  isFlagged,
  observeHit,
  relax,
} from '../../core/learning/false-hit-monitor.js'
import { observeSameReading } from '../../core/learning/observe-same-reading.js'
import { readLearning, writeLearning } from './learning-file.js'
import { type LearningState, startingState } from './learning-state.js'

/** A served semantic hit, or a candidate that was not served. */
export interface SemanticRecord {
  readonly entryId: string
  readonly requestId: string
  readonly request: ChatRequest
  readonly assessment: Exclude<Assessment, { kind: 'guarded' }>
  readonly served: boolean
  readonly prompt: string
  readonly cachedPrompt: string
  readonly cachedAnswer: ChatResponse
  readonly about: AnswerAbout
}

/** Whose answer it is, and of which model. */
export interface AnswerAbout {
  readonly tenant: string
  /** Of who asked; undefined on an open gateway. */
  readonly key: string | undefined
  readonly provider: string
  readonly model: string
}

export interface FreshAnswer {
  readonly response: ChatResponse
  /** Null: not known, and `UNKNOWN_COST_USD` is counted. */
  readonly costUsd: number | null
}

export interface LearningPorts {
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly prior: HitModel
  /** Of the embedder, the verifier and the prior. */
  readonly fingerprint: string
  /** Null: nothing is kept. */
  readonly file: string | null
  readonly settings: () => LearningSettings
  /** Undefined: not now. */
  readonly cosineOf: (a: string, b: string) => Promise<number | undefined>
  /** Asks the provider, past the cache. May reject. */
  readonly answerAfresh: (request: ChatRequest) => Promise<FreshAnswer>
  /** Asks the judge's model. May reject. */
  readonly ask: (model: string, prompt: string) => Promise<FreshAnswer>
  readonly retract: (entryId: string) => void
  readonly audited: (verdict: Verdict | 'failed', record: SemanticRecord) => void
  readonly warn: (message: string) => void
}

export interface LearningSettings {
  readonly maxFalseHitRate: number
  readonly audit: { readonly share: number; readonly budgetUsdPerDay: number; readonly judgeModel: string | null }
}

export type Verdict = Judgement['verdict']

export interface Belief extends SameRecords {
  readonly model: HitModel
  /** Never above the configured one. */
  readonly maxFalseHitRate: number
  /** To be added to the log-odds of an entry's bound; never above 0. */
  readonly offsetOf: (entryId: string) => number
}

export interface Learning {
  belief(): Belief
  /** Takes no time of the request: whatever follows happens later. */
  onHit(record: SemanticRecord): void
  onNearMiss(record: SemanticRecord, fresh: ChatResponse): void
  /**
   * A `client` complains of what is wrong and is silent of what is right, so its word teaches but is not counted in the
   * estimate; a `reviewer` judges hits as they come.
   */
  onFeedback(record: SemanticRecord, verdict: 'right' | 'wrong', from: 'client' | 'reviewer'): void
  estimate(): FalseHitEstimate & { readonly flagged: boolean }
  /** Resolves when no audit is under way. */
  idle(): Promise<void>
  close(): Promise<void>
}

/** People press the wrong button too. */
const FEEDBACK: LabelNoise = { wrongOfRight: 0.02, rightOfWrong: 0.02 }

const UNKNOWN_COST_USD = 0.01
const MOST_AT_ONCE = 2
const NEAR_MISS_SHARE = 0.2
const FORGETTING = 0.999
const SAVE_EVERY_MS = 5000
const MOST_ENTRIES = 2000
/** Of an entry's own log-odds, before a label. */
const ENTRY_VARIANCE = 0.5
const FEWEST_LABELS = 3
const DAY_MS = 86_400_000

export function createLearning(ports: LearningPorts): Learning {
  const { clock, prior, random, settings } = ports
  let state = open(ports)
  let relaxedAtMs = clock.epochMs()
  const running = new Set<Promise<void>>()
  let isDirty = false
  let isClosed = false
  const saver = setInterval(save, SAVE_EVERY_MS).unref()

  function change(next: Partial<LearningState>): void {
    state = { ...state, ...next }
    isDirty = true
  }

  function save(): void {
    if (!isDirty || ports.file === null) return
    isDirty = false
    try {
      writeLearning(ports.file, { ...state, savedAtMs: clock.epochMs() })
    } catch (error) {
      ports.warn(
        `What the cache learnt could not be written: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }

  function catchUp(): void {
    const now = clock.epochMs()
    const monitor = relax(state.monitor, now - relaxedAtMs)
    relaxedAtMs = now
    if (monitor !== state.monitor) change({ monitor })
  }

  function learn(record: SemanticRecord, isRight: boolean, noise: LabelNoise): void {
    const label = isRight ? 1 : 0
    const labelNoise = Math.max(noise.wrongOfRight, noise.rightOfWrong)
    learnEntry(record, label, labelNoise)
    if (record.assessment.kind === 'same-reading')
      return change({ sameReading: observeSameReading(state.sameReading, label, labelNoise) })
    if (record.assessment.kind === 'same-meaning')
      return change({ sameMeaning: observeSameReading(state.sameMeaning, label, labelNoise) })
    const { row } = record.assessment
    const learning = { forgetting: FORGETTING, widest: prior.covariance }
    change(observeLabel(state, { row, label, labelNoise }, learning))
  }

  function learnEntry({ assessment, entryId }: SemanticRecord, label: 0 | 1, labelNoise: number): void {
    const { [entryId]: known = { mean: 0, variance: ENTRY_VARIANCE, labels: 0 }, ...rest } = state.entries
    const expected = logOdds(assessment.mean, 6)
    const before = { mean: [expected + known.mean], covariance: [[known.variance]] }
    const after = observeLabel(before, { row: [1], label, labelNoise })
    const entry = {
      mean: (after.mean[0] ?? expected) - expected,
      variance: after.covariance[0]?.[0] ?? known.variance,
      labels: known.labels + 1,
    }
    const kept = Object.entries(rest).slice(1 - MOST_ENTRIES)
    change({ entries: { ...Object.fromEntries(kept), [entryId]: entry } })
  }

  function judge(isWrong: boolean, noise: LabelNoise): void {
    const monitor = observeHit(state.monitor, { isWrong, ...noise }, settings().maxFalseHitRate)
    change({ monitor })
  }

  function spend({ costUsd }: FreshAnswer): void {
    const day = Math.floor(clock.epochMs() / DAY_MS)
    const before = state.spent.day === day ? state.spent.usd : 0
    const usd = costUsd !== null && costUsd >= 0 ? costUsd : UNKNOWN_COST_USD
    change({ spent: { day, usd: before + usd } })
  }

  function mayAudit(): boolean {
    const { budgetUsdPerDay, share } = settings().audit
    if (isClosed || running.size >= MOST_AT_ONCE || !(random() < share)) return false
    const spent = state.spent.day === Math.floor(clock.epochMs() / DAY_MS) ? state.spent.usd : 0
    // Those under way are not paid for yet.
    return spent + (running.size + 1) * UNKNOWN_COST_USD <= budgetUsdPerDay
  }

  function compare(record: SemanticRecord, fresh: ChatResponse, mayAsk: boolean): Promise<Judgement> {
    const { cachedAnswer: kept, cachedPrompt, prompt } = record
    const { judgeModel } = settings().audit
    const ask = judgeModel === null || !mayAsk ? undefined : (question: string) => askJudge(judgeModel, question)
    return judgeAnswers({ kept, fresh, prompts: [prompt, cachedPrompt] }, { ask, cosineOf: ports.cosineOf })
  }

  async function askJudge(model: string, question: string): Promise<ChatResponse> {
    const said = await ports.ask(model, question)
    spend(said)
    return said.response
  }

  async function audit(record: SemanticRecord): Promise<void> {
    const fresh = await ports.answerAfresh(record.request)
    spend(fresh)
    const { noise, verdict } = await compare(record, fresh.response, true)
    ports.audited(verdict, record)
    if (verdict === 'unsure') return
    judge(verdict === 'wrong', noise)
    learn(record, verdict === 'right', noise)
  }

  async function compareNearMiss(record: SemanticRecord, fresh: ChatResponse): Promise<void> {
    const { noise, verdict } = await compare(record, fresh, false)
    if (verdict !== 'unsure') learn(record, verdict === 'right', noise)
  }

  function start(work: () => Promise<void>, onFailure: () => void): void {
    const task: Promise<void> = new Promise<void>((resolve) => setImmediate(resolve))
      .then(work)
      .catch(onFailure)
      .finally(() => running.delete(task))
    running.add(task)
  }

  async function idle(): Promise<void> {
    while (running.size > 0) await Promise.all(running)
  }

  return {
    belief() {
      catchUp()
      return {
        model: { ...prior, mean: state.mean, covariance: state.covariance },
        sameReading: state.sameReading,
        sameMeaning: state.sameMeaning,
        maxFalseHitRate: settings().maxFalseHitRate * state.monitor.tightness,
        offsetOf(entryId) {
          const entry = state.entries[entryId]
          return entry === undefined || entry.labels < FEWEST_LABELS ? 0 : Math.min(0, entry.mean)
        },
      }
    },
    onHit(record) {
      if (record.served && mayAudit())
        start(
          () => audit(record),
          () => ports.audited('failed', record),
        )
    },
    onNearMiss(record, fresh) {
      if (isClosed || running.size >= MOST_AT_ONCE || !(random() < NEAR_MISS_SHARE)) return
      start(
        () => compareNearMiss(record, fresh),
        () => {},
      )
    },
    onFeedback(record, verdict, from) {
      learn(record, verdict === 'right', FEEDBACK)
      if (record.served && from === 'reviewer') judge(verdict === 'wrong', FEEDBACK)
      if (verdict === 'wrong') ports.retract(record.entryId)
    },
    estimate() {
      catchUp()
      return { ...estimateFalseHits(state.monitor), flagged: isFlagged(state.monitor, settings().maxFalseHitRate) }
    },
    idle,
    async close() {
      isClosed = true
      clearInterval(saver)
      await idle()
      save()
    },
  }
}

function open({ clock, file, fingerprint, prior, warn }: LearningPorts): LearningState {
  const fresh = startingState(prior, fingerprint, clock.epochMs())
  if (file === null) return fresh
  const { state, warning } = readLearning(file, fingerprint, prior.mean.length)
  if (warning !== undefined) warn(warning)
  return state ?? fresh
}
