import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { describeWithRedis, freePort, startRedis, until } from '../../../support/redis-server.js'
import { changesOf, idsOf, inAnHour, openStore } from './open-store.js'

/** Watches a master by itself, and has it replaced when it is silent for a second. */
async function startSentinel(masterPort: number): Promise<string> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'llmrouter-sentinel-'))
  const file = join(folder, 'sentinel.conf')
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `sentinel monitor main 127.0.0.1 ${masterPort} 1`,
    'sentinel down-after-milliseconds main 1000',
    'sentinel failover-timeout main 3000',
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  const child = spawn('redis-server', [file, '--sentinel'], { cwd: folder, stdio: 'ignore' })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
    rmSync(folder, { recursive: true, force: true })
  })
  return `127.0.0.1:${port}`
}

describeWithRedis('with sentinels', () => {
  test('the store follows the master to another server, and reads everything again', { timeout: 60_000 }, async () => {
    const master = await startRedis()
    const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(master.port)] })
    await until(async () => String(await replica.command('INFO', 'replication')).includes('master_link_status:up'))
    const sentinel = await startSentinel(master.port)
    const store = await openStore({ sentinels: [sentinel], sentinelName: 'main' })
    const seen = changesOf(store)
    await until(() => store.write('before', Buffer.from('x'), inAnHour()))
    await master.command('WAIT', 1, 10_000)
    // A sentinel learns of replicas from the master, every ten seconds.
    await until(async () => ((await replica.command('ROLE')) as unknown[])[0] === 'slave')
    await new Promise((resolve) => setTimeout(resolve, 11_000))
    await master.kill()
    await until(() => store.write('after', Buffer.from('x'), inAnHour()))
    await until(() => seen.some(({ kind }) => kind === 'lost-track'))
    expect(await idsOf(store)).toEqual(['after', 'before'])
  })
})
