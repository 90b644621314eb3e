import { expect, onTestFinished, test } from 'vitest'
import { renderBanner } from '../../src/cli/banner.js'
import { startGateway } from '../../src/main.js'
import { createLogger } from '../../src/telemetry/log.js'
import { loadText } from '../config/load-text.js'

async function banner(text: string): Promise<string> {
  const loaded = loadText(text, { PORT: '0', HOST: '127.0.0.1' })
  const gateway = await startGateway({
    config: loaded.config,
    log: createLogger('silent'),
    configStatus: () => ({}),
  })
  onTestFinished(() => gateway.close())
  return renderBanner(gateway, loaded)
}

const KEYS = `auth: { keys: [{ name: team, hash: 'sha256:${'a'.repeat(64)}' }] }`

test('the command to try has a place for the key where one is needed', async () => {
  expect(await banner(KEYS)).toContain("-H 'Authorization: Bearer <your key>'")
  expect(await banner('')).not.toContain('Authorization')
})

test('a simulator that is configured is not said to stand in for want of a provider', async () => {
  expect(await banner('')).toContain('simulator (none is configured: answers are simulated)')
  expect(await banner('providers: { simulator: { type: simulator } }')).toContain('simulator (answers are simulated)')
  expect(await banner('providers: { pretend: { type: simulator } }')).toContain('pretend (answers are simulated)')
})
