import { noteSignedIn } from './signed-in.js'

/** Ends the session at the gateway, which also makes the browser forget it. */
export function setUpSignOut(button: HTMLButtonElement, onSignedOut: () => void): void {
  button.addEventListener('click', () => {
    noteSignedIn(false)
    fetch('session', { method: 'DELETE' }).then(onSignedOut, onSignedOut)
  })
}
