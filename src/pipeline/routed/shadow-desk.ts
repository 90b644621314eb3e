import { createHash } from 'node:crypto'
import { readAnswer } from '../../core/answers/answer-content.js'
import { type Judgement, judgeAnswers, PLAINLY_WRONG } from '../../core/answers/judge-answers.js'
import type { ChatRequest } from '../../core/chat-request.js'
import type { ChatResponse } from '../../core/chat-response.js'
import type { Clock } from '../../core/clock.js'
import { estimateFalseHits } from '../../core/learning/false-hit-monitor.js'
import { type ModelSpec, pricesOfSpec } from '../../core/model-spec.js'
import { costOf } from '../../core/money/cost-of.js'
import { type PicoUsd, usdNumber } from '../../core/money/money.js'
import type { QualityLabel } from '../../core/money/quality-label.js'
import { promptText } from '../../core/prompt-text.js'
import type { ModelPair } from '../../routing/model-pair.js'
import { correctCurve, learnAdequacy, NOTHING_LEARNT } from '../../routing/target/adequacy-learning.js'
import type { RoutingBelief } from '../../routing/target/target-state.js'
import type { ShadowState } from '../../routing-data/shadow-file.js'
import { mayAskTwice } from '../attempts/may-ask-twice.js'

/** A request that was routed to another model than the strong one. */
export interface RoutedCheaper {
  readonly request: ChatRequest
  readonly target: ModelSpec
  readonly strong: ModelSpec
  /** Undefined: nobody scored the prompt. */
  readonly complexity: number | undefined
  readonly tenant: string
  readonly key: string | undefined
}

export interface ShadowAnswer {
  readonly response: ChatResponse
  /** Undefined: not known. */
  readonly cost: PicoUsd | undefined
}

export type ShadowVerdict = Judgement['verdict'] | 'failed'

/** How often cheap answers were as good as the strong model's, of those that were looked at. */
export interface AdequacyEstimate {
  /** Null: none was. */
  readonly ratio: number | null
  /** Ends of the 95 % interval. */
  readonly lower: number
  readonly upper: number
  readonly judged: number
}

export interface ShadowPorts {
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly settings: () => ShadowSettings
  /** What is chosen between when nobody wishes for anything else. */
  readonly pair: () => ModelPair | undefined
  readonly isHealthy: (spec: ModelSpec) => boolean
  /** Reject when the signal is given, and may reject otherwise. */
  readonly askStrong: (request: ChatRequest, strong: ModelSpec, signal: AbortSignal) => Promise<ShadowAnswer>
  readonly askJudge: (model: string, question: string, signal: AbortSignal) => Promise<ShadowAnswer>
  readonly cosineOf: (a: string, b: string) => Promise<number | undefined>
  /** Null: nothing is kept. */
  readonly store: { read(): ShadowState | undefined; write(state: ShadowState): void } | null
  readonly onVerdict: (verdict: ShadowVerdict) => void
  readonly onLabel: (label: QualityLabel) => void
  /** What scores mean has changed. */
  readonly onBelief: (belief: RoutingBelief) => void
}

export interface ShadowSettings {
  readonly share: number
  readonly budgetUsdPerDay: number
  readonly judgeModel: string | null
}

/** A request that is looked at. To be told of the one answer that its client has got. */
export interface DrawnRequest {
  /** It was the cheap model's. */
  compare(cheap: ChatResponse): void
  /** It was the strong model's, since the cheap one's was plainly not good enough: that one was wrong, and nobody is asked. */
  condemn(strong: ChatResponse): void
}

/** Answers some requests with the strong model too, after the cheap one has, and learns from the difference. */
export interface ShadowDesk {
  /** Undefined: this one is not looked at. */
  draw(routed: RoutedCheaper): DrawnRequest | undefined
  /** What is to be believed when this was read, after all that was learnt. */
  believe(read: RoutingBelief): RoutingBelief
  estimate(): AdequacyEstimate
  /** Calls under way are given up, and no other is made. */
  stop(): void
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
  close(): Promise<void>
}

const MOST_AT_ONCE = 2
const MOST_JUDGED = 500
const UNKNOWN_COST_USD = 0.01
const SAVE_EVERY_MS = 5000
const DAY_MS = 86_400_000

export function createShadowDesk(ports: ShadowPorts, read: RoutingBelief): ShadowDesk {
  const { clock, settings } = ports
  let base = read
  let state = ports.store?.read() ?? startingState()
  const running = new Map<Promise<void>, { readonly expectedUsd: number; readonly abort: AbortController }>()
  let isStopped = false
  let isDirty = false
  const saver = setInterval(save, SAVE_EVERY_MS).unref()

  function change(next: Partial<ShadowState>): void {
    state = { ...state, ...next }
    isDirty = true
  }

  function save(): void {
    if (!isDirty) return
    isDirty = false
    ports.store?.write(state)
  }

  /** What was learnt of other models, or on another curve, says nothing any more. */
  function catchUp(): void {
    const of = fingerprint(ports.pair(), base)
    if (of !== state.of) state = { ...startingState(of), spent: state.spent }
  }

  const today = (): number => Math.floor(clock.epochMs() / DAY_MS)
  const spentToday = (): number => (state.spent.day === today() ? state.spent.usd : 0)

  function spend(usd: number): void {
    change({ spent: { day: today(), usd: spentToday() + usd } })
  }

  function mayCost(usd: number): boolean {
    const underWay = [...running.values()].reduce((sum, { expectedUsd }) => sum + expectedUsd, 0)
    return spentToday() + underWay + usd <= settings().budgetUsdPerDay
  }

  /** What is right can only be seen as long as another call may be made. Then nothing is wrong either, or all would look so. */
  function mayLook(expectedUsd: number): boolean {
    return !isStopped && running.size < MOST_AT_ONCE && mayCost(expectedUsd)
  }

  function begin(routed: RoutedCheaper, cheap: ChatResponse): void {
    const expectedUsd = expectedCostUsd(routed.strong, cheap, clock.epochMs())
    if (!readAnswer(cheap).isWhole || !mayLook(expectedUsd)) return
    const abort = new AbortController()
    const task: Promise<void> = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => compare(routed, cheap, { expectedUsd, signal: abort.signal }))
      .catch(() => ports.onVerdict('failed'))
      .finally(() => running.delete(task))
    running.set(task, { expectedUsd, abort })
  }

  async function compare(
    routed: RoutedCheaper,
    cheap: ChatResponse,
    { expectedUsd, signal }: { readonly expectedUsd: number; readonly signal: AbortSignal },
  ): Promise<void> {
    const { request, strong } = routed
    const fresh = await paid(() => ports.askStrong(request, strong, signal), expectedUsd)
    const { judgeModel } = settings()
    const ask =
      judgeModel === null
        ? undefined
        : (question: string) => paid(() => ports.askJudge(judgeModel, question, signal), UNKNOWN_COST_USD)
    const answers = { kept: cheap, fresh, prompts: [promptText(request)] } as const
    const judgement = await judgeAnswers(answers, { ask, cosineOf: ports.cosineOf })
    // What came too late is not known to be paid for.
    if (!signal.aborted) note(routed, judgement)
  }

  /** A call that fails may have cost as much as one that does not. */
  async function paid(call: () => Promise<ShadowAnswer>, expectedUsd: number): Promise<ChatResponse> {
    let usd = expectedUsd
    try {
      const { cost, response } = await call()
      if (cost !== undefined) usd = usdNumber(cost)
      return response
    } finally {
      spend(usd)
    }
  }

  function note({ complexity, key, strong, target, tenant }: RoutedCheaper, { noise, verdict }: Judgement): void {
    ports.onVerdict(verdict)
    ports.onLabel({ source: 'shadow', verdict, tenant, key, provider: target.provider, model: target.id })
    if (verdict === 'unsure') return
    catchUp()
    change({ judged: [...state.judged, { isWrong: verdict === 'wrong', ...noise }].slice(-MOST_JUDGED) })
    const pair = ports.pair()
    // Another pair, which a client or its key asked for, says nothing of this one.
    if (complexity === undefined || pair?.cheap.id !== target.id || pair.strong.id !== strong.id) return
    const label = { score: complexity, isAdequate: verdict === 'right', noise }
    change({ learning: learnAdequacy(state.learning, label, base.curve) })
    ports.onBelief(belief())
  }

  function belief(): RoutingBelief {
    return { ...base, curve: correctCurve(base.curve, state.learning) }
  }

  return {
    draw(routed) {
      const { share } = settings()
      if (isStopped || share === 0 || !(ports.random() < share)) return undefined
      const { request, strong } = routed
      if ((request.n ?? 1) > 1 || !mayAskTwice(request) || !ports.isHealthy(strong)) return undefined
      return {
        compare: (cheap) => begin(routed, cheap),
        condemn(answer) {
          if (mayLook(expectedCostUsd(strong, answer, clock.epochMs()))) note(routed, PLAINLY_WRONG)
        },
      }
    },
    believe(next) {
      base = next
      catchUp()
      return belief()
    },
    estimate: () => estimateAdequacy(state),
    stop,
    idle,
    async close() {
      stop()
      clearInterval(saver)
      await idle()
      save()
    },
  }

  function stop(): void {
    isStopped = true
    for (const { abort } of running.values()) abort.abort()
  }

  async function idle(): Promise<void> {
    while (running.size > 0) await Promise.all(running.keys())
  }
}

function estimateAdequacy({ judged }: Pick<ShadowState, 'judged'>): AdequacyEstimate {
  const wrong = estimateFalseHits({ judged })
  const ratio = judged.length === 0 ? null : 1 - wrong.ratio
  return { ratio, lower: 1 - wrong.upper, upper: 1 - wrong.lower, judged: judged.length }
}

/** As many tokens as an answer that there is, at the strong model's prices. */
function expectedCostUsd(strong: ModelSpec, { usage }: ChatResponse, epochMs: number): number {
  const cost = usage === undefined ? undefined : costOf(usage, pricesOfSpec(strong), epochMs)
  return cost === undefined ? UNKNOWN_COST_USD : usdNumber(cost)
}

function fingerprint(pair: ModelPair | undefined, { curve }: RoutingBelief): string {
  const of = JSON.stringify([pair?.cheap.id, pair?.strong.id, curve])
  return createHash('sha256').update(of).digest('hex').slice(0, 16)
}

function startingState(of = ''): ShadowState {
  return { version: 1, of, learning: NOTHING_LEARNT, judged: [], spent: { day: 0, usd: 0 } }
}
