import { find } from '../dom/find.js'
import { problemOf, readProblem } from '../problem.js'
import { noteSignedIn } from './signed-in.js'

/** The admin key for a cookie that scripts cannot read. */
export function setUpSignIn(onSignedIn: () => void): { setVisible(isVisible: boolean): void } {
  const section = find('sign-in', HTMLElement)
  const form = find('sign-in-form', HTMLFormElement)
  const problem = find('sign-in-problem', HTMLElement)
  const input = form.querySelector('input[name=key]')
  if (!(input instanceof HTMLInputElement)) throw new Error('The form has no field for the key.')

  async function signIn(key: string): Promise<void> {
    problem.textContent = ''
    const response = await fetch('session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key }),
    })
    if (!response.ok) throw await readProblem(response)
    form.reset()
    noteSignedIn(true)
    onSignedIn()
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    signIn(input.value).catch((thrown: unknown) => {
      problem.textContent = problemOf(thrown).message
      input.focus()
    })
  })
  return {
    setVisible(isVisible) {
      const appears = isVisible && section.hidden
      section.hidden = !isVisible
      if (appears) input.focus()
    },
  }
}
