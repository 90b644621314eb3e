import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lockDataDir } from '../../../../src/cache/store/embedded/data-dir-lock.js'
import { thisProcess } from '../../../../src/cache/store/embedded/lock-owner.js'
import { storeFolder } from './store-folder.js'
import { startStoreProcess } from './store-process.js'

const CONTENDERS = 12
const ROUNDS = 25
/** Above the highest number Linux gives. */
const NO_PID = 2 ** 22 + 1
const TOKEN = '00000000-0000-4000-8000-000000000000'

function folderLockedBy(owner: object): string {
  const dataDir = storeFolder()
  writeFileSync(join(dataDir, 'gateway.lock'), JSON.stringify({ ...thisProcess, token: TOKEN, ...owner }))
  return dataDir
}

test('a folder in use by another process is refused with its number and exit code 73, until that process dies', async () => {
  const dataDir = storeFolder()
  const holder = startStoreProcess(dataDir)
  await holder.printed(1)
  await expect(lockDataDir(dataDir)).rejects.toMatchObject({
    name: 'DataDirError',
    exitCode: 73,
    pid: holder.pid,
    message: `The data folder ${dataDir} is in use by process ${holder.pid}. Stop it, or set another server.dataDir.`,
  })
  await holder.kill()
  await (await lockDataDir(dataDir)).release()
})

test('another process is refused what this one has', async () => {
  const dataDir = storeFolder()
  const lock = await lockDataDir(dataDir)
  const other = startStoreProcess(dataDir)
  await other.printed(1)
  expect(other.lines[0]).toMatch(`DataDirError 73 The data folder ${dataDir} is in use by process ${process.pid}.`)
  await lock.release()
  expect(readdirSync(dataDir)).toEqual([])
})

test('this process cannot have it twice, and can have it again', async () => {
  const dataDir = join(storeFolder(), 'made', 'on', 'the', 'way')
  const lock = await lockDataDir(dataDir)
  await expect(lockDataDir(dataDir)).rejects.toMatchObject({ pid: process.pid })
  await lock.release()
  await (await lockDataDir(dataDir)).release()
})

test.each([
  ['a process that is no more', { pid: NO_PID }],
  ['a process that had our number in an earlier life of this container', { pid: process.pid }],
  ['one that started at another time than the one that has its number now', { pid: process.ppid, startedTicks: '1' }],
])('the lock of %s is taken over', async (_, owner) => {
  const dataDir = folderLockedBy(owner)
  const lock = await lockDataDir(dataDir)
  expect(JSON.parse(readFileSync(join(dataDir, 'gateway.lock'), 'utf8'))).toEqual(thisProcess)
  await lock.release()
})

test('the lock of another machine is taken over once it has lain still', async () => {
  const dataDir = folderLockedBy({ host: 'another', pid: process.pid })
  await (await lockDataDir(dataDir)).release()
})

test('the lock of another machine that is kept alive is respected', async () => {
  const dataDir = folderLockedBy({ host: 'another', pid: 7 })
  const file = join(dataDir, 'gateway.lock')
  const beating = setInterval(() => writeFileSync(file, readFileSync(file)), 50)
  try {
    await expect(lockDataDir(dataDir)).rejects.toThrow(/is in use by process 7 on another\./)
  } finally {
    clearInterval(beating)
  }
})

test.each(['', '{"pid":', 'null'])('a lock that says %j is nobody’s', async (text) => {
  const dataDir = storeFolder()
  writeFileSync(join(dataDir, 'gateway.lock'), text)
  await (await lockDataDir(dataDir)).release()
  expect(readdirSync(dataDir)).toEqual([])
})

test('of many who find the same dead lock exactly one gets it', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const dataDir = folderLockedBy({ pid: NO_PID })
    const outcomes = await Promise.allSettled(Array.from({ length: CONTENDERS }, () => lockDataDir(dataDir)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  }
})

test('who died while taking over a dead lock holds nobody up', async () => {
  const dataDir = folderLockedBy({ pid: NO_PID })
  const dead = { ...thisProcess, pid: NO_PID, token: '11111111-1111-4111-8111-111111111111' }
  writeFileSync(join(dataDir, `gateway.lock.${TOKEN}`), JSON.stringify(dead))
  await (await lockDataDir(dataDir)).release()
  expect(readdirSync(dataDir)).toEqual([])
})

test('a folder that cannot be made is told as such', async () => {
  const file = join(storeFolder(), 'file')
  writeFileSync(file, '')
  await expect(lockDataDir(join(file, 'folder'))).rejects.toMatchObject({ exitCode: 73, pid: null })
})
