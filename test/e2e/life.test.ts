import { spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.js'
import { type ProviderServer, startProviderServer } from '../support/provider-server.js'
import { PLANTED_KEY, PLANTED_PROMPT } from '../support/test-bed.js'
import { FAULTY_WIRES } from '../support/wire-faults.js'

const wire = FAULTY_WIRES.openai
const BUILD = fileURLToPath(new URL('../../bin/build.js', import.meta.url))

/** On SIGUSR2 the process meets an error that nobody catches. Its stack shows where, and not what it says. */
const CRASH_ON_SIGUSR2 = [
  '--import',
  `data:text/javascript,process.on("SIGUSR2",()=>{throw new Error(atob("${btoa(PLANTED_PROMPT)}"))})`,
]

const open: { close(): Promise<void> }[] = []
const processes: GatewayProcess[] = []

beforeAll(() => {
  spawnSync(process.execPath, [BUILD, '--if-needed'])
})
afterEach(async () => {
  for (const gateway of processes) expect(gateway.stdout() + gateway.stderr()).not.toContain(PLANTED_KEY)
  for (const gateway of processes) expect(gateway.stdout() + gateway.stderr()).not.toContain(PLANTED_PROMPT)
  await Promise.all(processes.splice(0).map((gateway) => gateway.dispose()))
  await Promise.all(open.splice(0).map((server) => server.close()))
})

function start(config: { server?: object; [key: string]: unknown } = {}, nodeArgs?: readonly string[]): GatewayProcess {
  const gateway = startGatewayProcess({ ...config, server: { port: 0, ...config.server } }, nodeArgs)
  processes.push(gateway)
  return gateway
}

/** A gateway with a stream that is open, and goes on when the test says so. */
async function startStreaming(config: { server?: object } = {}, nodeArgs?: readonly string[]) {
  const server: ProviderServer = await startProviderServer()
  open.push(server)
  let finish: () => void = () => {}
  server.script((reply) => {
    reply.open()
    reply.write(wire.beginning)
    finish = () => {
      reply.write(wire.ending)
      reply.end()
    }
  })
  const providers = { openai: { type: 'openai', apiKey: PLANTED_KEY, baseUrl: `${server.url}/v1` } }
  const gateway = start({ ...config, providers }, nodeArgs)
  const url = await gateway.url
  const response = await chat(url, 'openai/gpt-4o')
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  /** Up to the text, or to the end of the stream. Rejects when the connection broke. */
  const readTo = async (wanted: string | undefined): Promise<string> => {
    let text = ''
    for (;;) {
      const next = await reader?.read()
      if (next === undefined || next.done) return text
      text += decoder.decode(next.value, { stream: true })
      if (wanted !== undefined && text.includes(wanted)) return text
    }
  }
  await readTo('"Hel"')
  return { gateway, url, server, rest: () => readTo(undefined), finish: () => finish() }
}

function chat(url: string, model: string): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: PLANTED_PROMPT }] }),
  })
}

/** Asks again until the answer is as wanted. */
async function until<T>(ask: () => Promise<T> | T, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (wanted(answer)) return answer
    await sleep(20)
  }
}

const statusOf = async (url: string): Promise<number> => (await fetch(url)).status

describe('at its start', () => {
  test('says where it listens, what is on, and how to try it', async () => {
    const gateway = start()
    const url = await gateway.url
    expect(await statusOf(`${url}/ready`)).toBe(200)
    const banner = await until(gateway.stderr, (text) => text.includes('curl'))
    expect(banner).toContain(gateway.file)
    expect(banner).toMatch(/providers +simulator .*simulated/)
    expect(banner).toMatch(/models +sim-small, sim-large/)
    const body = /-d '(.*)'/.exec(banner)?.[1]
    const tried = await fetch(/curl -N (\S+)/.exec(banner)?.[1] ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: body ?? '',
    })
    expect(await tried.text()).toContain('data: [DONE]')
  })

  test('says so when its port is taken, and fails', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    open.push({ close: () => new Promise((resolve) => taken.close(() => resolve())) })
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const gateway = start({ server: { port } })
    expect(await gateway.exited).toEqual({ code: 1, signal: null })
    expect(gateway.stderr()).toMatch(new RegExp(`could not start: .*${port}.*in use`, 'i'))
    expect(gateway.stderr()).not.toMatch(/\n +at /)
  })

  test('says everything that is wrong with its configuration, and fails with 78', async () => {
    const gateway = start({ server: { prot: 8080 }, timeouts: { idleMs: 'soon' } })
    expect(await gateway.exited).toEqual({ code: 78, signal: null })
    expect(gateway.stderr()).toMatch(/server\.prot/)
    expect(gateway.stderr()).toMatch(/timeouts\.idleMs/)
  })
})

describe('at its end', () => {
  test('finishes an open stream, refuses new work meanwhile, and exits with 0', async () => {
    const { finish, gateway, rest, url } = await startStreaming()
    gateway.signal('SIGTERM')
    const ready = await until(
      () => fetch(`${url}/ready`),
      ({ status }) => status === 503,
    )
    expect(await ready.json()).toEqual({ status: 'draining' })
    expect(await statusOf(`${url}/health`)).toBe(200)
    const refused = await chat(url, 'openai/gpt-4o')
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ error: { code: 'shutting_down' } })

    finish()
    expect(await rest()).toMatch(/data: \[DONE\]\n\n$/)
    expect(await gateway.exited).toEqual({ code: 0, signal: null })
    const lines = gateway.logs().filter(({ msg }) => msg === 'request')
    expect(lines).toMatchObject([{ end: 'complete', status: 200 }])
    expect(gateway.logs().at(-1)).toMatchObject({ msg: 'stopped', exitCode: 0 })
  })

  test('exits with 0 at once when nothing is open', async () => {
    const gateway = start()
    await gateway.url
    gateway.signal('SIGINT')
    expect(await gateway.exited).toEqual({ code: 0, signal: null })
  })

  test('cuts what is still open after its time, and says so inside the stream', async () => {
    const { gateway, rest, server } = await startStreaming({ server: { drainTimeoutMs: 200 } })
    gateway.signal('SIGTERM')
    const text = await rest()
    expect(text).toContain('"code":"shutting_down"')
    expect(text).not.toContain('[DONE]')
    expect(await gateway.exited).toEqual({ code: 0, signal: null })
    const requests = gateway.logs().filter(({ msg }) => msg === 'request')
    expect(requests).toMatchObject([{ end: 'broken', error: 'shutting_down' }])
    await server.quiet()
  })

  test('exits at once at a second signal', async () => {
    const { gateway, rest, url } = await startStreaming()
    gateway.signal('SIGTERM')
    await until(
      () => statusOf(`${url}/ready`),
      (status) => status === 503,
    )
    gateway.signal('SIGTERM')
    expect((await gateway.exited).code).toBe(143)
    await expect(rest()).rejects.toThrow()
  })

  test('finishes open streams after an error that nobody caught, and exits with 1', async () => {
    const { finish, gateway, rest, url } = await startStreaming({}, CRASH_ON_SIGUSR2)
    gateway.signal('SIGUSR2')
    await until(
      () => statusOf(`${url}/ready`),
      (status) => status === 503,
    )
    finish()
    expect(await rest()).toMatch(/data: \[DONE\]\n\n$/)
    expect(await gateway.exited).toEqual({ code: 1, signal: null })
    const [fatal] = gateway.logs().filter(({ level }) => level === 60)
    expect(fatal?.where).toMatch(/Error.* at /)
  })
})

describe('when its configuration changes', () => {
  const config = (aliases: object) => ({ server: { port: 0 }, aliases })
  const healthOf = async (url: string) => (await fetch(`${url}/health`)).json() as Promise<Record<string, unknown>>
  const knows = async (url: string, model: string) => (await statusOf(`${url}/v1/models/${model}`)) === 200

  test.each([
    ['at SIGHUP', (gateway: GatewayProcess) => gateway.signal('SIGHUP')],
    ['by itself', () => {}],
  ])('takes the new one %s', async (_when, tell) => {
    const gateway = start({ aliases: { first: 'sim-small' } })
    const url = await gateway.url
    expect(await knows(url, 'first')).toBe(true)
    gateway.writeConfig(config({ second: 'sim-large' }))
    tell(gateway)
    await until(
      () => knows(url, 'second'),
      (known) => known,
    )
    expect(await knows(url, 'first')).toBe(false)
    const logged = await until(gateway.logs, (lines) => lines.some(({ msg }) => msg === 'configuration reloaded'))
    // Where uWebSockets.js has no binary, the start says so; nothing else is worth a warning.
    const warnings = logged.filter(({ level, msg }) => Number(level) > 30 && !String(msg).startsWith('uWebSockets.js'))
    expect(warnings).toEqual([])
  })

  test('keeps the old one when the new one is wrong, and tells of it until it is right', async () => {
    const gateway = start({ aliases: { first: 'sim-small' } })
    const url = await gateway.url
    expect(await healthOf(url)).toMatchObject({ status: 'ok', config: { status: 'ok' } })
    for (const wrong of ['aliases: [', 'aliasses: {}', 'timeouts: { idleMs: soon }']) {
      gateway.writeConfig(wrong)
      gateway.signal('SIGHUP')
      await until(
        () => healthOf(url),
        ({ status }) => status === 'degraded',
      )
      expect(await healthOf(url)).toMatchObject({ config: { status: 'error', message: expect.any(String) } })
      expect(await knows(url, 'first')).toBe(true)
      gateway.writeConfig(config({ first: 'sim-small' }))
      gateway.signal('SIGHUP')
      await until(
        () => healthOf(url),
        ({ status }) => status === 'ok',
      )
    }
  })

  test('a stream that is open keeps the configuration it began with', async () => {
    const { finish, gateway, rest, url } = await startStreaming()
    gateway.writeConfig(config({ other: 'sim-small' }))
    gateway.signal('SIGHUP')
    await until(
      () => knows(url, 'other'),
      (known) => known,
    )
    expect((await chat(url, 'sim-small')).headers.get('x-llmrouter-provider')).toBe('simulator')
    finish()
    expect(await rest()).toMatch(/data: \[DONE\]\n\n$/)
  })
})
