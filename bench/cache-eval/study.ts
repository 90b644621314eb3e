import {
  createLearning,
  type Learning,
  type LearningPorts,
  type SemanticRecord,
} from '../../src/cache/learning/create-learning.js'
import type { ChatRequest } from '../../src/core/chat-request.js'
import type { ChatResponse } from '../../src/core/chat-response.js'
import type { Clock } from '../../src/core/clock.js'
import type { Labelling } from './eval-data.js'
import type { EvalModels } from './eval-models.js'
import { createRandom } from './random.js'
import type { Teacher } from './teachers.js'

/** The gateway's learning, fed with answers that stand in for those of a provider. */
export interface Study {
  readonly learning: Learning
  /** For the cache's counter. */
  readonly desk: Pick<Learning, 'onHit' | 'onNearMiss'>
}

export interface StudyOptions {
  readonly models: EvalModels
  readonly maxFalseHitRate: number
  readonly teacher: Teacher
  readonly isRight: Labelling
  /** Where what was learnt is read from and written to. */
  readonly file: string
  readonly clock: Clock
  readonly seed: number
  readonly retract: (entryId: string) => void
}

/** Of the hits; the configuration's default. */
const AUDITED_SHARE = 0.05
/** Of the wrong hits. */
const COMPLAINED_SHARE = 0.05

export function startStudy(options: StudyOptions): Study {
  const { isRight, teacher } = options
  const random = createRandom(options.seed)
  const fresh = new WeakMap<ChatRequest, ChatResponse>()
  const learning = createLearning(portsOf(options, random, fresh))

  /** The record with the answers that the two prompts would have been given. */
  function staged(record: SemanticRecord): SemanticRecord {
    const { cachedPrompt, prompt, request } = record
    const lesson = teacher.draw(isRight(prompt, cachedPrompt), random)
    fresh.set(request, lesson.fresh)
    const [asked, kept] = lesson.prompts ?? [prompt, cachedPrompt]
    return { ...record, prompt: asked, cachedPrompt: kept, cachedAnswer: lesson.kept }
  }

  return {
    learning,
    desk: {
      onHit(record) {
        learning.onHit(staged(record))
        if (isRight(record.prompt, record.cachedPrompt) || random() >= COMPLAINED_SHARE) return
        learning.onFeedback(record, 'wrong', 'client')
      },
      onNearMiss(record) {
        const lesson = staged(record)
        const answer = fresh.get(record.request)
        if (answer !== undefined) learning.onNearMiss(lesson, answer)
      },
    },
  }
}

function portsOf(
  { clock, file, maxFalseHitRate, models, retract }: StudyOptions,
  random: () => number,
  fresh: WeakMap<ChatRequest, ChatResponse>,
): LearningPorts {
  return {
    clock,
    random,
    prior: models.prior,
    fingerprint: models.embedder.fingerprint,
    file,
    settings: () => ({
      maxFalseHitRate,
      audit: { share: AUDITED_SHARE, budgetUsdPerDay: Number.MAX_VALUE, judgeModel: null },
    }),
    cosineOf: models.cosineOf,
    async answerAfresh(request) {
      const response = fresh.get(request)
      if (response === undefined) throw new Error('Nobody asked this.')
      return { response, costUsd: 0 }
    },
    ask: () => Promise.reject(new Error('No model judges here.')),
    retract,
    audited: () => {},
    warn(message) {
      throw new Error(message)
    },
  }
}
