import { element } from './dom/element.js'

const SPANS: Readonly<Record<string, number>> = { '2 minutes': 120, '10 minutes': 600, '30 minutes': 1800 }

/** How far back the charts go, in seconds. */
export function setUpSpan(select: HTMLSelectElement, onChange: () => void): () => number {
  const options = Object.entries(SPANS).map(([text, seconds]) => element('option', { value: seconds }, text))
  select.append(...options)
  select.addEventListener('change', onChange)
  return () => Number(select.value)
}
