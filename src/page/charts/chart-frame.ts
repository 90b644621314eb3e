import { element } from '../dom/element.js'
import { setText } from '../dom/set-text.js'

/** What stands around a plot: its title, a legend with the values in words, and what is said when there is nothing. */
export interface ChartFrame {
  readonly figure: HTMLElement
  readonly place: HTMLElement
  /** @param at what the values are of: now, or the moment under the pointer */
  tell(values: readonly string[], at: string): void
  setEmpty(message: string | undefined): void
}

export interface FrameOptions {
  readonly id: string
  readonly title: string
  readonly note: string
  readonly labels: readonly { readonly text: string; readonly colour: string; readonly mark: 'line' | 'dash' | 'dot' }[]
  /** Arrow keys: a step to the left or to the right; 0: the pointer leaves. */
  readonly onStep: (by: number) => void
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }

export function createChartFrame({ id, labels, note, onStep, title }: FrameOptions): ChartFrame {
  const place = element('div', { class: 'plot', role: 'img', tabindex: 0, 'aria-label': title })
  const empty = element('p', { class: 'empty', hidden: true })
  const values = labels.map(() => element('dd', {}, '–'))
  const rows = labels.map(({ colour, mark, text }, at) =>
    element('div', {}, element('dt', {}, swatch(colour, mark), text), values[at] ?? ''),
  )
  const moment = element('span', { class: 'moment' })
  const caption = element('figcaption', {}, element('h3', {}, title), element('span', { class: 'muted' }, note), moment)
  const figure = element(
    'figure',
    { class: 'card chart', id: `chart-${id}` },
    caption,
    element('div', { class: 'plot-box' }, place, empty),
    element('dl', { class: 'legend' }, ...rows),
  )
  place.addEventListener('keydown', (event) => {
    const by = STEPS[event.key]
    if (by === undefined) return
    event.preventDefault()
    onStep(by)
  })

  return {
    figure,
    place,
    tell(texts, at) {
      for (const [index, value] of values.entries()) setText(value, texts[index] ?? '–')
      setText(moment, at)
      const told = labels.map(({ text }, index) => `${text} ${texts[index] ?? '–'}`)
      place.setAttribute('aria-label', `${title}, ${note}: ${told.join(', ')}`)
    },
    setEmpty(message) {
      empty.hidden = message === undefined
      setText(empty, message ?? '')
    },
  }
}

function swatch(colour: string, mark: string): HTMLElement {
  const made = element('span', { class: `swatch ${mark}`, 'aria-hidden': 'true' })
  made.style.setProperty('--colour', `var(--${colour})`)
  return made
}
