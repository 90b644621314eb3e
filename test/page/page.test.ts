import { createHash } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Stats } from '../../src/http/stats/stats.js'
import { askSimulator } from '../support/ask-simulator.js'
import { findBarriers, HAS_BROWSER, startBrowser, type Visitor, visit } from '../support/browser.js'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { memoryCache } from '../support/memory-cache.js'
import { freePort } from '../support/redis-server.js'

const hash = (key: string) => `sha256:${createHash('sha256').update(key).digest('hex')}`
const statsOf = async (url: string): Promise<Stats> => (await (await fetch(`${url}/stats`)).json()) as Stats

let browser: Browser
beforeAll(async () => {
  if (HAS_BROWSER) browser = await startBrowser()
}, 60_000)
afterAll(() => browser?.close())

const live = (page: Page) => page.locator('#feed[data-state=live]').waitFor()
/** Waits until the text of an element is this. */
const says = (page: Page, selector: string, text: string) =>
  page.locator(selector).filter({ hasText: text }).first().waitFor({ state: 'attached' })

describe.skipIf(!HAS_BROWSER)('the page of an open gateway', () => {
  let gateway: TestGateway
  let visitor: Visitor
  beforeAll(async () => {
    gateway = await startTestGateway({}, { cache: memoryCache() })
    visitor = await visit(browser, gateway.url)
    await live(visitor.page)
  })
  afterAll(async () => {
    await visitor.close()
    await gateway.close()
  })

  test('says what to do while there is nothing to show', async () => {
    const { page } = visitor
    await says(page, '#requests .nothing', 'No request yet: try one')
    await says(page, '#chart-ttft .empty', 'Nothing yet')
    expect(await page.locator('#tile-requests .value').textContent()).toBe('0/s')
  })

  test('asks, streams the answer, and shows what the gateway says about it', async () => {
    const { page } = visitor
    await page.fill('textarea[name=prompt]', 'Say something. [[sim tokens=30 ttft=5 gap=20]]')
    await page.click('#try-send')
    // It is seen while it comes.
    const early = await page.waitForFunction(
      `(() => { const { textContent, ariaBusy } = document.getElementById('answer'); return ariaBusy === 'true' && textContent })()`,
    )
    await page.locator('#answer[aria-busy=false]').waitFor()
    const whole = (await page.locator('#answer').textContent()) ?? ''
    expect(whole.startsWith(String(await early.jsonValue()))).toBe(true)
    expect(whole.length).toBeGreaterThan(String(await early.jsonValue()).length)
    const [newest] = (await statsOf(gateway.url)).recent
    const facts = (await page.locator('#answer-headers').textContent()) ?? ''
    expect(newest).toMatchObject({ stream: true, output_tokens: 30 })
    for (const text of ['X-LLMRouter-CacheMISS', 'X-LLMRouter-Routestrategy=', newest?.id ?? 'no id']) {
      expect(facts).toContain(text)
    }
    expect(await page.locator('#answer-timing').textContent()).toMatch(/^first token after .*, 30 tokens in /)

    await page.click('#try-send')
    await says(page, '#answer-head', 'HIT exact')
    await page.locator('#answer[aria-busy=false]').waitFor()
    expect(await page.locator('#answer').textContent()).toBe(whole)
    await page.selectOption('select[name=X-Cache]', 'skip')
    await page.click('#try-send')
    await says(page, '#answer-head', 'SKIP')
    await page.locator('#answer[aria-busy=false]').waitFor()
    await page.selectOption('select[name=X-Cache]', 'auto')
  })

  test('shows a refusal in the words of the gateway, and an answer that was stopped', async () => {
    const { page } = visitor
    await page.fill('textarea[name=prompt]', 'No. [[sim status=429]]')
    await page.click('#try-send')
    await says(page, '#answer-problem', 'rate_limit_exceeded:')
    await page.fill('textarea[name=prompt]', 'Long. [[sim tokens=5000 gap=20]]')
    await page.click('#try-send')
    await page.locator('#answer:not(:empty)').waitFor()
    await page.click('#try-stop')
    await says(page, '#answer-problem', 'You stopped it')
    await page.locator('#try-send:enabled').waitFor()
  })

  test('moves with the load, and shows what /stats tells', async () => {
    const { page } = visitor
    // Pixels of the canvas as drawn.
    const drawn = () => page.evaluate(`document.querySelector('#chart-requests canvas').toDataURL()`)
    const before = await drawn()
    const asked = Array.from({ length: 40 }, (_, n) =>
      askSimulator(gateway.url, {
        text: `Load ${n % 10}`,
        directives: 'tokens=20 ttft=5 gap=5',
        model: ['auto', 'sim-small', 'sim-large'][n % 3] ?? 'auto',
      }),
    )
    await Promise.all(asked)
    const stats = await statsOf(gateway.url)
    const total = stats.requests.total
    await says(page, '#tile-requests', `${total} in all`)
    expect(await drawn()).not.toBe(before)

    await page.click('#pause')
    await says(page, '#feed-text', 'Paused')
    const rows = page.locator('#requests tbody tr')
    expect(await rows.count()).toBe(stats.recent.length)
    const times = await page
      .locator('#requests time')
      .evaluateAll((all) => all.map((time) => time.getAttribute('datetime')))
    expect(times).toEqual(stats.recent.map(({ at }) => at))
    const whys = await page.locator('#requests td[data-title=Why]').allTextContents()
    expect(whys).toEqual(stats.recent.map(({ reason }) => reason || '–'))
    const spent = await page.locator('#models').textContent()
    for (const { model, requests } of stats.cost.by_model) expect(spent).toContain(`${model}simulator${requests}`)
    await page.click('#pause')
    // The last value of the chart is that of the stream.
    await page.waitForFunction(`document.querySelector('#chart-ttft .legend dd').textContent !== '–'`)
    await says(page, '#chart-scores .legend', 'cheap')
  })

  test('has no barriers, in both themes', async () => {
    const { page } = visitor
    expect(await findBarriers(page)).toEqual([])
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
    const light = await background()
    await page.click('#theme')
    expect(await background()).toBe(light)
    await page.click('#theme')
    expect(await background()).not.toBe(light)
    expect(await findBarriers(page)).toEqual([])
    await page.reload()
    await live(page)
    expect(await background()).not.toBe(light)
    await page.click('#theme')
    expect(await background()).toBe(light)
  })

  test('is all within reach of the keyboard', async () => {
    const { page } = visitor
    await page.locator('#requests tbody tr').first().waitFor()
    await page.locator('#cache tbody button').first().waitFor()
    await page.evaluate(`document.activeElement.blur(); window.scrollTo(0, 0)`)
    const reached = new Set<unknown>()
    for (let presses = 0; presses < 80; presses += 1) {
      await page.keyboard.press('Tab')
      reached.add(
        await page.evaluate(
          `(({ id, name, className, textContent }) => id || name || className || textContent)(document.activeElement)`,
        ),
      )
    }
    for (const stop of [
      'skip',
      'span',
      'pause',
      'theme',
      'plot',
      'model',
      'prompt',
      'X-Cache',
      'X-Route',
      'try-send',
    ]) {
      expect(reached).toContain(stop)
    }
    expect(reached).toContain('small')
    // Within a chart the arrows go from second to second.
    await page.locator('#chart-requests .plot').focus()
    await page.keyboard.press('ArrowLeft')
    await page.locator('#chart-requests .moment:not(:empty)').waitFor()
  })

  test('takes an entry back, after asking twice', async () => {
    const { page } = visitor
    await page.click('#cache form button')
    await page.locator('#cache tbody tr').first().waitFor()
    expect(await page.locator('#cache').textContent()).not.toContain('Load ')
    await page.check('input[name=texts]')
    const before = (await statsOf(gateway.url)).cache.entries
    const button = page.locator('#cache tbody button').first()
    await button.click()
    await says(page, '#cache tbody button', 'Really?')
    expect((await statsOf(gateway.url)).cache.entries).toBe(before)
    await button.click()
    await says(page, '#cache-told', 'is retracted')
    expect((await statsOf(gateway.url)).cache.entries).toBe(before - 1)
  })

  test('breaks no rule of its own policy', () => {
    expect(visitor.complaints).toEqual([])
  })
})

describe.skipIf(!HAS_BROWSER)('the page', () => {
  test('fits 360 pixels, full and empty', async () => {
    const gateway = await startTestGateway({}, { cache: memoryCache() })
    const visitor = await visit(browser, gateway.url, { width: 360, colorScheme: 'dark' })
    const { page } = visitor
    const overflow = () => page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    await live(page)
    expect(await overflow()).toBe(0)
    for (const n of [1, 2, 3]) await askSimulator(gateway.url, { text: `Narrow ${n}`, model: 'auto' })
    await page.reload()
    await page.locator('#requests tbody tr').nth(2).waitFor()
    await page.locator('#cache tbody tr').nth(2).waitFor()
    await page.click('#try-send')
    await page.locator('#answer[aria-busy=false]').waitFor()
    expect(await overflow()).toBe(0)
    expect(await findBarriers(page)).toEqual([])
    expect(visitor.complaints).toEqual([])
    await visitor.close()
    await gateway.close()
  })

  test('lets the admin in and out, and asks clients for their key', async () => {
    const auth = { adminKeyHash: hash('admin-key'), keys: [{ name: 'team', hash: hash('client-key') }] }
    const gateway = await startTestGateway({ auth, server: { host: '127.0.0.1' } })
    const visitor = await visit(browser, gateway.url)
    const { page } = visitor
    await page.locator('#sign-in:visible').waitFor()
    expect(await page.locator('.tiles').isVisible()).toBe(false)
    expect(await findBarriers(page)).toEqual([])
    await page.fill('input[name=key][autocomplete=current-password]', 'a wrong key')
    await page.keyboard.press('Enter')
    await says(page, '#sign-in-problem', 'This is not the admin key.')
    await page.fill('input[name=key][autocomplete=current-password]', 'admin-key')
    await page.keyboard.press('Enter')
    await live(page)
    expect(await page.locator('#sign-in').isVisible()).toBe(false)
    expect(await page.evaluate('document.cookie')).toBe('')
    await page.reload()
    await live(page)

    await page.fill('#try-form input[name=key]', 'client-key')
    await page.click('#try-send')
    await says(page, '#answer-head', '200')

    await page.click('#sign-out')
    await page.locator('#sign-in:visible').waitFor()
    expect(await page.locator('.tiles').isVisible()).toBe(false)
    await page.reload()
    await page.locator('#sign-in:visible').waitFor()
    expect(visitor.complaints).toEqual([])
    await visitor.close()
    await gateway.close()
  })

  test('says why there are no figures where no admin key is set', async () => {
    const auth = { keys: [{ name: 'team', hash: hash('client-key') }] }
    const gateway = await startTestGateway({ auth, server: { host: '127.0.0.1' } })
    const visitor = await visit(browser, gateway.url)
    await says(visitor.page, '#notice', 'auth.adminKeyHash')
    expect(await visitor.page.locator('#try-form').isVisible()).toBe(true)
    expect(await findBarriers(visitor.page)).toEqual([])
    await visitor.close()
    await gateway.close()
  })

  test('comes back when the gateway does', async () => {
    const port = await freePort()
    const first = await startTestGateway({ server: { port } }, { cache: memoryCache() })
    const visitor = await visit(browser, first.url)
    const { page } = visitor
    await live(page)
    await first.close()
    await page.locator('#feed[data-state=lost]').waitFor()
    const second = await startTestGateway({ server: { port } }, { cache: memoryCache() })
    await live(page)
    await askSimulator(second.url, { text: 'Are you there?' })
    await says(page, '#tile-requests', '1 in all')
    await visitor.close()
    await second.close()
  })
})
