import type { Stats } from '../http/stats/stats.js'
import { createBoard } from './board.js'
import { setUpCacheBrowser } from './cache-browser/cache-browser.js'
import { find } from './dom/find.js'
import { createFeedLine } from './feed-line.js'
import { createNotice } from './notice.js'
import { setUpSignIn } from './session/sign-in.js'
import { setUpSignOut } from './session/sign-out.js'
import { isSignedIn, noteSignedIn } from './session/signed-in.js'
import { setUpSpan } from './span-choice.js'
import type { FeedState } from './stats/feed-state.js'
import { createHistory } from './stats/history.js'
import { createStatsFeed } from './stats/stats-feed.js'
import { setUpTheme } from './theme.js'
import { setUpTryIt } from './try-it/try-it.js'

const history = createHistory()
const pauseButton = find('pause', HTMLButtonElement)
const signOutButton = find('sign-out', HTMLButtonElement)
const tellFeed = createFeedLine()
const tellNotice = createNotice()
const span = setUpSpan(find('span', HTMLSelectElement), () => board.draw(newest, history, span()))
const board = createBoard()
const cacheBrowser = setUpCacheBrowser(find('cache', HTMLElement))
const signIn = setUpSignIn(() => feed.restart())
setUpTryIt()
setUpTheme(find('theme', HTMLButtonElement), board.refreshColours)
setUpSignOut(signOutButton, () => feed.restart())

let newest: Stats | undefined
let state: FeedState = { kind: 'connecting' }
let isPaused = false

pauseButton.addEventListener('click', () => {
  isPaused = !isPaused
  pauseButton.setAttribute('aria-pressed', String(isPaused))
  tellFeed(state, isPaused)
  if (!isPaused) board.draw(newest, history, span())
})

const feed = createStatsFeed({
  onStats(stats) {
    newest = stats
    history.add(stats)
    // A browser that shows nothing draws nothing.
    if (!isPaused) requestAnimationFrame(() => board.draw(newest, history, span()))
  },
  onState(next) {
    if (next.kind === 'live' && state.kind !== 'live') cacheBrowser.open()
    state = next
    tellFeed(state, isPaused)
    tellNotice(state)
    signIn.setVisible(state.kind === 'signed-out')
    const isRefused = state.kind === 'signed-out' || state.kind === 'refused'
    document.body.classList.toggle('no-figures', isRefused)
    if (state.kind === 'signed-out') noteSignedIn(false)
    signOutButton.hidden = state.kind !== 'live' || !isSignedIn()
  },
})
