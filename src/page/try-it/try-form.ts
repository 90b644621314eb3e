import { element } from '../dom/element.js'
import { find } from '../dom/find.js'
import type { Question } from './ask.js'

/** What one may choose of a question. */
export interface TryForm {
  readonly form: HTMLFormElement
  read(): Question
  offerModels(ids: readonly string[]): void
  /** The gateway wants to know who asks. */
  askForKey(): void
  readonly keyInput: HTMLInputElement
  setBusy(isBusy: boolean): void
  readonly stopButton: HTMLButtonElement
}

const FIRST_QUESTION = 'How do I reset my password?'

export function createTryForm(): TryForm {
  const form = find('try-form', HTMLFormElement)
  const models = element('datalist', { id: 'try-models' })
  const model = element('input', {
    name: 'model',
    value: 'auto',
    list: 'try-models',
    required: true,
    autocomplete: 'off',
    spellcheck: 'false',
  })
  const prompt = element('textarea', { name: 'prompt', rows: 3, required: true }, FIRST_QUESTION)
  const cache = choice('X-Cache', {
    auto: 'auto',
    skip: 'skip: neither read nor keep',
    refresh: 'refresh: ask anew',
    only: 'only: no provider',
  })
  const route = choice('X-Route', { '': 'as configured', auto: 'auto', cheapest: 'cheapest', quality: 'quality' })
  const key = element('input', { name: 'key', type: 'password', autocomplete: 'off' })
  const keyLabel = element('label', { hidden: true }, 'Client key', key)
  const send = element('button', { type: 'submit', class: 'primary', id: 'try-send' }, 'Send')
  const stop = element('button', { type: 'button', id: 'try-stop', disabled: true }, 'Stop')
  form.append(
    element('label', {}, 'Model', model),
    models,
    element('label', {}, 'Prompt', prompt),
    element(
      'div',
      { class: 'side-by-side' },
      element('label', {}, 'X-Cache', cache),
      element('label', {}, 'X-Route', route),
    ),
    keyLabel,
    element('div', { class: 'buttons' }, send, stop),
  )
  prompt.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit()
  })

  return {
    form,
    keyInput: key,
    stopButton: stop,
    read() {
      const headers = {
        'x-cache': cache.value === 'auto' ? '' : cache.value,
        'x-route': route.value,
        authorization: key.value === '' ? '' : `Bearer ${key.value}`,
      }
      const given = Object.entries(headers).filter(([, value]) => value !== '')
      return { model: model.value.trim(), prompt: prompt.value, headers: Object.fromEntries(given) }
    },
    offerModels: (ids) => models.replaceChildren(...ids.map((id) => element('option', { value: id }))),
    askForKey() {
      keyLabel.hidden = false
    },
    setBusy(isBusy) {
      send.disabled = isBusy
      stop.disabled = !isBusy
    },
  }
}

function choice(name: string, options: Readonly<Record<string, string>>): HTMLSelectElement {
  const made = Object.entries(options).map(([value, text]) => element('option', { value }, text))
  return element('select', { name }, ...made)
}
