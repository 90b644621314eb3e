import { find } from '../dom/find.js'
import { problemOf } from '../problem.js'
import { createAnswerView } from './answer-view.js'
import { ask } from './ask.js'
import { listModels } from './list-models.js'
import { createTryForm } from './try-form.js'

/** A box that asks the gateway as an application would, and shows what came of it. */
export function setUpTryIt(): void {
  const view = createAnswerView()
  const tryForm = createTryForm()
  let asking = new AbortController()
  find('try-result', HTMLElement).append(view.box)

  async function send(): Promise<void> {
    const { signal } = asking
    let firstTokenMs: number | undefined
    for await (const event of ask(tryForm.read(), signal)) {
      switch (event.kind) {
        case 'head':
          view.tellHead(event.status, event.headers)
          if (event.status === 401) tryForm.askForKey()
          break
        case 'text':
          firstTokenMs ??= event.atMs
          view.append(event.text)
          view.tellTiming({ firstTokenMs, wholeMs: undefined, tokens: undefined })
          break
        case 'problem':
          view.tellProblem(event.problem)
          break
        case 'end':
          view.tellTiming({ firstTokenMs, wholeMs: event.atMs, tokens: event.usage?.completion_tokens })
          if (!event.isWhole) view.tellProblem({ code: 'incomplete', message: 'The answer ended before it was whole.' })
      }
    }
  }

  async function run(): Promise<void> {
    asking = new AbortController()
    view.begin()
    tryForm.setBusy(true)
    try {
      await send()
    } catch (thrown) {
      view.tellProblem(asking.signal.aborted ? { code: 'stopped', message: 'You stopped it.' } : problemOf(thrown))
    } finally {
      tryForm.setBusy(false)
      view.end()
    }
  }

  async function offerModels(): Promise<void> {
    const models = await listModels(tryForm.keyInput.value)
    if (models === 'key-needed') tryForm.askForKey()
    else tryForm.offerModels(models)
  }

  tryForm.form.addEventListener('submit', (event) => {
    event.preventDefault()
    void run()
  })
  tryForm.stopButton.addEventListener('click', () => asking.abort())
  tryForm.keyInput.addEventListener('change', () => void offerModels())
  void offerModels()
}
