import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { CHROMIUM_ARGS, findChromium } from '../../bench/page/find-chromium.js'

const executablePath = findChromium()
if (executablePath === undefined) {
  console.warn(
    'There is no Chromium on the PATH: the page is NOT TESTED in a browser. Install Debian’s chromium, or set CHROMIUM_PATH.',
  )
}

/** Whether this machine has a browser to test with. */
export const HAS_BROWSER = executablePath !== undefined

export function startBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('There is no Chromium here.')
  return chromium.launch({ executablePath, args: CHROMIUM_ARGS })
}

export interface Visitor {
  readonly page: Page
  /** Errors of scripts, and everything that the policy forbade. */
  readonly complaints: readonly string[]
  close(): Promise<void>
}

export interface VisitOptions {
  readonly width?: number
  readonly colorScheme?: 'light' | 'dark'
}

/** A fresh browser profile that looks at a page. */
export async function visit(browser: Browser, url: string, options: VisitOptions = {}): Promise<Visitor> {
  const { colorScheme = 'light', width = 1280 } = options
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    const text = message.text()
    if (/Content Security Policy|Refused to/i.test(text)) complaints.push(text)
  })
  await page.goto(url)
  return { page, complaints, close: () => context.close() }
}

/** What axe has to say against the page as it is now: rule and element, one a line. */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(`${axe.source}; undefined`)
  const found = await page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ' ' + html.slice(0, 200))))`)
  return found as string[] // as just made
}
