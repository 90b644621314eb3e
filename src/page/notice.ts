import { element } from './dom/element.js'
import { find } from './dom/find.js'
import type { FeedState } from './stats/feed-state.js'

/** Says why there are no figures, and what would help. */
export function createNotice(): (state: FeedState) => void {
  const section = find('notice', HTMLElement)
  let shown = ''
  return (state) => {
    const code = state.kind === 'refused' ? `${state.code} ${state.message}` : ''
    if (code === shown) return
    shown = code
    section.hidden = state.kind !== 'refused'
    section.replaceChildren(...(state.kind === 'refused' ? wordsFor(state.code, state.message) : []))
  }
}

function wordsFor(code: string, message: string): readonly Node[] {
  if (code !== 'admin_disabled') return [element('h2', {}, 'There are no figures just now'), element('p', {}, message)]
  return [
    element('h2', {}, 'The figures are switched off here'),
    element('p', {}, message),
    element(
      'ol',
      {},
      element('li', {}, 'Run ', element('code', {}, 'npx llmrouter keys'), ': it prints a key and its hash.'),
      element(
        'li',
        {},
        'Put the hash into the configuration: ',
        element('code', {}, 'auth: { adminKeyHash: "sha256:…" }'),
        '.',
      ),
      element('li', {}, 'Sign in here with the key.'),
    ),
    element('p', {}, 'Until then only the box below works, for those who may use the gateway.'),
  ]
}
