const KEY = 'llmrouter-signed-in'

/**
 * Whether somebody signed in with this browser. Only for whether there is something to sign out of: where no key is
 * needed there is not, and the cookie itself cannot be seen from here.
 */
export function isSignedIn(): boolean {
  return localStorage.getItem(KEY) !== null
}

export function noteSignedIn(isIn: boolean): void {
  if (isIn) localStorage.setItem(KEY, '1')
  else localStorage.removeItem(KEY)
}
