import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Agent, request } from 'undici'
import { createLatencies, type Percentiles } from '../latencies.js'
import { freePort, startChild, stopAll, waitUntilReady } from '../load/child-processes.js'
import { renderTable } from '../render-table.js'
import { ANSWER, type StallingProvider, startStallingProvider } from './stalling-provider.js'

const HELP = `What second calls do against a provider of which some calls stall: the same requests with hedging off and on.

usage: npm run bench:hedging -- [--requests 2000] [--rate 50] [--ttft-ms 200] [--stall-share 0.03] [--stall-ms 10000]

Requests come at fixed times, and times to the first token count from when each was due. The first 200 only let the
gateway know the provider. Exit code 1 if an answer was wrong.`

const WARM_UP = 200
const LAUNCHER = fileURLToPath(new URL('../../../bin/llmrouter.js', import.meta.url))

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '2000' },
    rate: { type: 'string', default: '50' },
    'ttft-ms': { type: 'string', default: '200' },
    'stall-share': { type: 'string', default: '0.03' },
    'stall-ms': { type: 'string', default: '10000' },
    help: { type: 'boolean' },
  },
})
if (values.help === true) {
  console.log(HELP)
  process.exit(0)
}
const requests = Number(values.requests)
const gapMs = 1000 / Number(values.rate)

interface Measured {
  readonly ttft: Percentiles
  readonly extraCalls: number
  readonly wrong: number
}

const folder = mkdtempSync(join(tmpdir(), 'llmrouter-hedging-'))
let failed = false
try {
  const off = await measure(false)
  const on = await measure(true)
  failed = off.wrong + on.wrong > 0
  report(off, on)
} finally {
  await stopAll()
  rmSync(folder, { recursive: true, force: true })
}
process.exit(failed ? 1 : 0)

async function measure(enabled: boolean): Promise<Measured> {
  const provider = await startStallingProvider({
    ttftMs: Number(values['ttft-ms']),
    stallShare: Number(values['stall-share']),
    stallMs: Number(values['stall-ms']),
  })
  const port = await freePort()
  const config = join(folder, `${enabled}.yaml`)
  writeFileSync(config, JSON.stringify(configOf(provider.url, port, enabled)))
  const command = [process.execPath, LAUNCHER, 'serve', '--config', config]
  const child = startChild({ name: 'gateway', command, cpu: undefined, logFile: join(folder, `${enabled}.log`) })
  const url = `http://127.0.0.1:${port}`
  await waitUntilReady(child, `${url}/ready`, performance.now(), 30_000)
  await send(url, provider, WARM_UP)
  const measured = await send(url, provider, requests)
  await child.stop()
  provider.close()
  return measured
}

function configOf(baseUrl: string, port: number, enabled: boolean): object {
  return {
    server: { port, dataDir: join(folder, 'data') },
    providers: { stalling: { type: 'openai', baseUrl, models: ['m'] } },
    attempts: { hedge: { enabled } },
    cache: { store: 'off' },
    telemetry: { logLevel: 'warn' },
  }
}

async function send(url: string, provider: StallingProvider, count: number): Promise<Measured> {
  const agent = new Agent({ connections: 1024 })
  const latencies = createLatencies()
  const callsBefore = provider.calls
  const startedAt = performance.now()
  let wrong = 0

  async function one(dueAt: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - performance.now())))
    const { body } = await request(`${url}/v1/chat/completions`, {
      method: 'POST',
      dispatcher: agent,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'Hello' }] }),
    })
    let text = ''
    for await (const chunk of body) {
      if (text === '') latencies.record(performance.now() - dueAt)
      text += String(chunk)
    }
    if (contentOf(text) !== ANSWER.join('')) wrong += 1
  }

  await Promise.all(Array.from({ length: count }, (_, index) => one(startedAt + index * gapMs)))
  await agent.close()
  return { ttft: latencies.percentiles(), extraCalls: (provider.calls - callsBefore - count) / count, wrong }
}

function contentOf(stream: string): string {
  if (!stream.includes('data: [DONE]')) return ''
  return [...stream.matchAll(/"content":("(?:[^"\\]|\\.)*")/g)]
    .map(([, content]) => JSON.parse(content ?? '""'))
    .join('')
}

function report(off: Measured, on: Measured): void {
  const ms = (micros: number): string => `${(micros / 1000).toFixed(0)} ms`
  const row = (name: string, { extraCalls, ttft, wrong }: Measured): readonly string[] => [
    name,
    ms(ttft.p50),
    ms(ttft.p90),
    ms(ttft.p99),
    ms(ttft.max),
    `${(100 * extraCalls).toFixed(1)} %`,
    String(wrong),
  ]
  const head = ['time to first token', 'p50', 'p90', 'p99', 'max', 'extra calls', 'wrong']
  console.log(renderTable([head, row('hedging off', off), row('hedging on', on)]))
  const fall = 100 * (1 - on.ttft.p99 / off.ttft.p99)
  console.log(
    `${requests} requests each. p99 falls by ${fall.toFixed(1)} % (goal: 70 or more, for 8 % more calls or fewer).`,
  )
}
