import { element } from '../dom/element.js'

/** How much of the whole; the figure stands beside it. */
export function bar(share: number): HTMLElement {
  const made = element('span', { class: 'bar', 'aria-hidden': 'true' })
  made.style.setProperty('--share', `${(share * 100).toFixed(1)}%`)
  return made
}
