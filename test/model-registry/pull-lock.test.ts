import { writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { withPullLock } from '../../src/model-registry/pull-lock.js'
import { temporaryFolder } from './remote-model.js'

/** So many that some of them look at the lock while others already take it over. */
const CONTENDERS = 12
const ROUNDS = 40
const onWait = (): void => {}

function deadLock(): string {
  const file = join(temporaryFolder(), '.pull.lock')
  writeFileSync(file, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), token: 'dead' }))
  return file
}

/** How many held the lock at once, at most, until the first let go of it. */
async function contend(file: string): Promise<number> {
  const stop = new AbortController()
  let inside = 0
  let most = 0
  const work = async (): Promise<void> => {
    inside += 1
    most = Math.max(most, inside)
    await sleep(30)
    inside -= 1
    stop.abort()
  }
  const contenders = Array.from({ length: CONTENDERS }, (_, index) =>
    sleep(index % 3).then(() => withPullLock({ file, signal: stop.signal, onWait }, work)),
  )
  await Promise.allSettled(contenders)
  return most
}

test('of many who find the same dead lock only one gets in', async () => {
  const most: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) most.push(await contend(deadLock()))
  expect(most).toEqual(most.map(() => 1))
})

test('who died while taking over a dead lock holds nobody up', async () => {
  const file = deadLock()
  writeFileSync(`${file}.takeover`, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), token: 'dead as well' }))
  const { signal } = new AbortController()
  expect(await withPullLock({ file, signal, onWait }, async () => 'in')).toBe('in')
})
