import { find } from './dom/find.js'
import { setText } from './dom/set-text.js'
import type { FeedState } from './stats/feed-state.js'

/** One line in the head of the page: does what it shows come from now? */
export function createFeedLine(): (state: FeedState, isPaused: boolean) => void {
  const line = find('feed', HTMLElement)
  const text = find('feed-text', HTMLElement)
  return (state, isPaused) => {
    line.dataset.state = isPaused ? 'paused' : state.kind
    setText(text, isPaused ? 'Paused' : wordsFor(state))
  }
}

function wordsFor(state: FeedState): string {
  switch (state.kind) {
    case 'connecting':
      return 'Connecting …'
    case 'live':
      return 'Live'
    case 'lost':
      return 'The gateway does not answer. Trying again …'
    case 'asleep':
      return 'Asleep'
    case 'signed-out':
      return 'Signed out'
    case 'refused':
      return 'No figures'
  }
}
