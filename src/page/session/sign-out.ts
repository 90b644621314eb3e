/** Ends the session at the gateway, which also makes the browser forget it. */
export function setUpSignOut(button: HTMLButtonElement, onSignedOut: () => void): void {
  button.addEventListener('click', () => {
    fetch('session', { method: 'DELETE' }).then(onSignedOut, onSignedOut)
  })
}
