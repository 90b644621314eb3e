// Ends pools in one way after the other and then itself: `node end-pools.mjs '{setup, workerFile, threads, rounds, way}'`.
// Whatever goes wrong below JavaScript shows in the exit code and on stderr.
import { createInferencePool } from '../../../dist/src/inference/pool.js'

const { setup, workerFile, threads, rounds, way } = JSON.parse(process.argv[2])
const clock = { now: () => performance.now(), epochMs: () => Date.now() }
const limits = () => ({ maxQueue: 1024, deadlineMs: 60_000 })
const texts = Array.from({ length: 40 }, (_, i) => 'some words of a text '.repeat(1 + (i % 5)))

let newest
process.on('worker', (worker) => {
  newest = worker
})

const WAYS = {
  async idle(pool) {
    await pool.ready()
    await pool.analyse('hello')
    await pool.close()
  },
  async twice(pool) {
    await pool.ready()
    await Promise.all([pool.close(), pool.close()])
    await pool.close()
  },
  async starting(pool) {
    await pool.close()
  },
  async loading(pool, round) {
    await pause((round * 7) % 100)
    await pool.close()
  },
  async working(pool) {
    await pool.ready()
    const work = startWork(pool)
    await pause(Math.random() * 5)
    await pool.close()
    await work
  },
  async crashed(pool) {
    await pool.ready()
    const work = startWork(pool)
    await pause(Math.random() * 5)
    await newest.terminate()
    await pool.close()
    await work
  },
  async 'process.exit'(pool) {
    await pool.ready()
    setTimeout(() => process.exit(0), Math.random() * 5)
    await startWork(pool)
    await pause(1_000)
  },
  async left(pool) {
    await pool.ready()
    await pool.analyse('hello')
  },
}

function startWork(pool) {
  const chats = Array.from({ length: 20 }, () => pool.analyse('how do I sort a list of numbers'))
  return Promise.all([...chats, pool.embed(texts), pool.embed(texts)])
}

for (let round = 0; round < rounds; round += 1) {
  const pool = createInferencePool({ setup, workerFile, threads, limits, clock })
  await WAYS[way](pool, round)
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
