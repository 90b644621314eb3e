import { element } from '../dom/element.js'

export type Tone = 'good' | 'bad' | 'warn' | 'plain'

/** A word with a colour that says the same. */
export function badge(text: string, tone: Tone): HTMLElement {
  return element('span', { class: `badge ${tone}` }, text)
}
