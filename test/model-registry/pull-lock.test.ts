import { readdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { withPullLock } from '../../src/model-registry/pull-lock.js'
import { temporaryFolder } from './remote-model.js'

const CONTENDERS = 8
const signal = new AbortController().signal
const onWait = (): void => {}

function deadLock(): string {
  const file = join(temporaryFolder(), '.pull.lock')
  writeFileSync(file, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), token: 'dead' }))
  return file
}

async function contend(file: string): Promise<{ readonly most: number; readonly done: number }> {
  let inside = 0
  let most = 0
  let done = 0
  const work = async (): Promise<void> => {
    inside += 1
    most = Math.max(most, inside)
    await sleep(2)
    inside -= 1
    done += 1
  }
  const contenders = Array.from({ length: CONTENDERS }, (_, index) =>
    sleep(index % 3).then(() => withPullLock({ file, signal, onWait }, work)),
  )
  await Promise.all(contenders)
  return { most, done }
}

test('of many who find the same dead lock one at a time gets in', async () => {
  for (let round = 0; round < 3; round += 1) {
    const file = deadLock()
    expect(await contend(file)).toEqual({ most: 1, done: CONTENDERS })
    expect(readdirSync(join(file, '..'))).toEqual([])
  }
}, 60_000)

test('who died while taking over a dead lock holds nobody up', async () => {
  const file = deadLock()
  writeFileSync(`${file}.takeover`, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), token: 'dead as well' }))
  expect(await withPullLock({ file, signal, onWait }, async () => 'in')).toBe('in')
})
