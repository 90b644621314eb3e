import { expect, onTestFinished, test } from 'vitest'
import { type CacheClient, createCacheClient } from '../support/cache-client.js'
import { startGatewayProcess } from '../support/gateway-process.js'

/** A gateway as users run it, that may keep no prompts. */
async function start(dataDir: string): Promise<{ readonly client: CacheClient; kill(): Promise<void> }> {
  const gateway = startGatewayProcess({
    server: { port: 0, dataDir },
    inference: { deadlineMs: 10_000 },
    cache: { storePrompts: false },
  })
  onTestFinished(() => gateway.dispose())
  return {
    client: createCacheClient(await gateway.url, ''),
    async kill() {
      gateway.signal('SIGKILL')
      await gateway.exited
    },
  }
}

const in_ = (namespace: string) => ({ headers: { 'x-cache-namespace': namespace } })

test('without prompts, variants are found all the same, opposites are not, and no word of a prompt is kept', async () => {
  const elsewhere = startGatewayProcess({ server: { port: 0 } })
  onTestFinished(() => elsewhere.dispose())
  const dataDir = `${elsewhere.file}.data`
  const first = await start(dataDir)
  const question = 'How do I reset my zweifelsohne password?'
  const kept = await first.client.ask(question, in_('a'))
  expect(kept.cache).toBe('MISS')
  const variants = ['HOW DO I RESET MY ZWEIFELSOHNE PASSWORD', 'how can i   reset my zweifelsohne password']
  for (const variant of variants) {
    expect(await first.client.ask(variant, in_('a'))).toMatchObject({ kind: 'semantic', content: kept.content })
  }
  for (const [at, [one, other]] of OPPOSITES.entries()) {
    await first.client.ask(one, in_(`opposites-${at}`))
    expect([other, (await first.client.ask(other, in_(`opposites-${at}`))).cache]).toEqual([other, 'MISS'])
  }

  await expect.poll(async () => (await first.client.ask(question, in_('a'))).kind).toBe('exact')
  // Answers are kept as they are, and may repeat what was asked.
  const entries = await first.client.exported()
  expect(entries.length).toBeGreaterThan(OPPOSITES.length)
  for (const { about, id, semantic } of entries) {
    expect(semantic).toMatchObject({ prompt: null, masked: expect.any(String) })
    expect(JSON.stringify([about, id, semantic])).not.toMatch(/zweifel|reset|unconfigured|boil/i)
  }
  await first.kill()

  const second = await start(dataDir)
  const only = { headers: { 'x-cache-namespace': 'a', 'x-cache': 'only' } }
  // Until everything is read again nothing is found, and nothing may be kept meanwhile.
  const again = () => second.client.ask(variants[0] ?? '', only)
  await expect.poll(async () => (await again()).kind, { timeout: 60_000 }).toBe('semantic')
}, 180_000)

const OPPOSITES: readonly (readonly [string, string])[] = [
  ['enable 2FA', 'disable 2FA'],
  ['Convert 10 km to miles', 'Convert 100 km to miles'],
  ['Turn dark mode on', 'Turn dark mode off'],
  ['How to boil eggs', 'How not to boil eggs'],
  ['Why is my zweifelsohne running?', "Why isn't my zweifelsohne running?"],
  ['Is the zweifelsohne configured?', 'Is the zweifelsohne unconfigured?'],
]
