import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Browser, chromium } from 'playwright-core'
import { packageRoot } from '../../src/package-root.js'
import { CHROMIUM_ARGS, findChromium } from './find-chromium.js'
import { startMixedLoad } from './mixed-load.js'

const USAGE = `Usage: npm run screenshots -- [--seconds 125] [--clients 8] [--out docs/images]

Starts a gateway with the built-in simulator, asks it all kinds of things, and takes pictures of its page: wide and narrow,
light and dark.
`

const CONFIG = `
server: { host: 127.0.0.1, port: 0 }
cache: { audit: { share: 0.5 } }
`

interface Shot {
  readonly width: number
  readonly height: number
  readonly scheme: 'light' | 'dark'
}

const SHOTS: readonly Shot[] = [
  { width: 1280, height: 1980, scheme: 'light' },
  { width: 1280, height: 1980, scheme: 'dark' },
  { width: 360, height: 1600, scheme: 'light' },
  { width: 360, height: 1600, scheme: 'dark' },
]

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '8' },
    help: { type: 'boolean', default: false },
    out: { type: 'string', default: join(packageRoot(), 'docs/images') },
    seconds: { type: 'string', default: '125' },
  },
})

if (values.help) process.stdout.write(USAGE)
else await takeScreenshots(values.out, Number(values.seconds), Number(values.clients))

async function takeScreenshots(out: string, seconds: number, clients: number): Promise<void> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error('There is no Chromium: install it, or set CHROMIUM_PATH.')
  const gateway = await startGateway()
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS })
  try {
    const load = startMixedLoad(gateway.url, clients, Math.random)
    const pages = await Promise.all(SHOTS.map((shot) => openPage(browser, gateway.url, shot)))
    await sleep(seconds * 1000)
    for (const { page, shot } of pages) {
      await page.bringToFront()
      await page.click('#try-send')
      await page.waitForSelector('#answer[aria-busy=false]')
      await sleep(1500)
      const path = join(out, `page-${shot.width}-${shot.scheme}.png`)
      await page.screenshot({ path })
      console.log(path)
    }
    await load.stop()
  } finally {
    await browser.close()
    await gateway.stop()
  }
}

async function openPage(browser: Browser, url: string, shot: Shot) {
  const { height, scheme, width } = shot
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme })
  const page = await context.newPage()
  await page.goto(url)
  return { page, shot }
}

async function startGateway(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'llmrouter-page-'))
  const file = join(folder, 'llmrouter.yaml')
  writeFileSync(file, CONFIG)
  const child = spawn(process.execPath, [join(packageRoot(), 'bin/llmrouter.js'), 'serve', '--config', file], {
    env: { PATH: process.env.PATH, HOME: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const url = await new Promise<string>((resolve, reject) => {
    let told = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told += text
      const found = /listens on (\S+) /.exec(told)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.once('exit', () => reject(new Error(`The gateway did not start: ${told}`)))
  })
  return {
    url,
    async stop() {
      child.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
