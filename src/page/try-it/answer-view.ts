import { element } from '../dom/element.js'
import { badge, type Tone } from '../panels/badge.js'
import type { Problem } from '../problem.js'
import { headerFacts, type Timing, timingText } from './answer-facts.js'

/** The answer as it comes, and what the gateway says about it. */
export interface AnswerView {
  readonly box: HTMLElement
  begin(): void
  tellHead(status: number, headers: Headers): void
  append(text: string): void
  tellTiming(timing: Timing): void
  tellProblem(problem: Problem): void
  end(): void
}

const TONES: Readonly<Record<string, Tone>> = { HIT: 'good', JOIN: 'good' }

export function createAnswerView(): AnswerView {
  const summary = element('p', { class: 'answer-head', id: 'answer-head' })
  // Read out when it is whole, not token by token.
  const answer = element('div', {
    class: 'answer',
    id: 'answer',
    'aria-live': 'polite',
    tabindex: 0,
    role: 'region',
    'aria-label': 'Answer',
  })
  const timing = element('p', { class: 'muted', id: 'answer-timing' })
  const problem = element('p', { class: 'problem', id: 'answer-problem', role: 'alert' })
  const facts = element('dl', { class: 'facts headers', id: 'answer-headers' })
  const box = element('div', { class: 'result', hidden: true }, summary, answer, problem, timing, facts)

  return {
    box,
    begin() {
      box.hidden = false
      answer.setAttribute('aria-busy', 'true')
      for (const part of [summary, answer, timing, problem, facts]) part.replaceChildren()
      answer.hidden = false
      summary.append(badge('asked …', 'plain'))
    },
    tellHead(status, headers) {
      const cache = headers.get('x-llmrouter-cache')
      const kind = headers.get('x-llmrouter-cache-kind')
      const model = headers.get('x-llmrouter-model')
      summary.replaceChildren(badge(String(status), status < 400 ? 'good' : 'bad'))
      if (cache !== null) summary.append(badge(kind === null ? cache : `${cache} ${kind}`, TONES[cache] ?? 'plain'))
      if (model !== null) summary.append(element('span', {}, model))
      facts.replaceChildren(
        ...headerFacts(headers).map(({ name, value }) =>
          element('div', {}, element('dt', {}, name), element('dd', {}, value)),
        ),
      )
    },
    append: (text) => answer.append(text),
    tellTiming(known) {
      timing.textContent = timingText(known)
    },
    tellProblem({ code, message }) {
      problem.textContent = `${code}: ${message}`
    },
    end() {
      answer.setAttribute('aria-busy', 'false')
      answer.hidden = answer.textContent === ''
    },
  }
}
