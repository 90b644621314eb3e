const KEY = 'llmrouter-theme'

export type Theme = 'system' | 'light' | 'dark'

const NEXT: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' }
const NAMES: Readonly<Record<Theme, string>> = { system: 'System', light: 'Light', dark: 'Dark' }

/** A button that goes round the themes. @param onChange also when the system changes its own */
export function setUpTheme(button: HTMLButtonElement, onChange: () => void): void {
  const root = document.documentElement
  let theme = parseTheme(root.dataset.theme)
  const show = (): void => {
    button.textContent = `Theme: ${NAMES[theme]}`
  }
  button.addEventListener('click', () => {
    theme = NEXT[theme]
    if (theme === 'system') {
      delete root.dataset.theme
      localStorage.removeItem(KEY)
    } else {
      root.dataset.theme = theme
      localStorage.setItem(KEY, theme)
    }
    show()
    onChange()
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', onChange)
  show()
}

function parseTheme(text: string | undefined): Theme {
  return text === 'light' || text === 'dark' ? text : 'system'
}
