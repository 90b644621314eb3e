// Kills threads under load and prints what became of the requests: `node soak.mjs '{setup, workerFile, threads, warmUpKills, kills}'`.
import { createInferencePool } from '../../../dist/src/inference/pool.js'

const { setup, workerFile, threads, warmUpKills, kills } = JSON.parse(process.argv[2])
const clock = { now: () => performance.now(), epochMs: () => Date.now() }

const workers = []
process.on('worker', (worker) => {
  workers.push(worker)
  worker.once('exit', () => workers.splice(workers.indexOf(worker), 1))
})

const limits = () => ({ maxQueue: 1024, deadlineMs: 60_000 })
const pool = createInferencePool({ setup, workerFile, threads, limits, clock })
await pool.ready()

const counts = { done: 0, unavailable: 0, wrong: 0 }
const inFlight = new Set()
let isOver = false

async function ask(request, isRight) {
  const promise = request.then((outcome) => {
    counts[outcome.kind] += 1
    if (outcome.kind === 'done' && !isRight(outcome.value)) counts.wrong += 1
  })
  inFlight.add(promise)
  await promise
  inFlight.delete(promise)
}

async function keepAsking(createRequest, isRight) {
  while (!isOver) await ask(createRequest(), isRight)
}

const { dimension } = setup.embedder
const texts = Array.from({ length: 20 }, (_, i) => 'some words of a text '.repeat(1 + (i % 5)))
const load = [
  ...Array.from({ length: 16 }, () =>
    keepAsking(
      () => pool.analyse('how do I sort a list of numbers'),
      (analysis) => analysis.vector.length === dimension && analysis.vector.every(Number.isFinite),
    ),
  ),
  ...Array.from({ length: 4 }, () =>
    keepAsking(
      () => pool.embed(texts),
      ({ vectors }) => vectors.length === texts.length * dimension && vectors.every(Number.isFinite),
    ),
  ),
]

async function killOne(turn) {
  while (pool.status().readyThreads < threads) await pause(2)
  // Whoever has lost a thread already is answered first: a second loss would be taken for the request's own fault.
  await Promise.all(inFlight)
  await pause(Math.random() * 10)
  await workers[turn % workers.length]?.terminate()
}

for (let turn = 0; turn < warmUpKills; turn += 1) await killOne(turn)
const rssBefore = settledRss()
for (let turn = 0; turn < kills; turn += 1) await killOne(turn)
while (pool.status().readyThreads < threads) await pause(2)
const rssAfter = settledRss()
isOver = true
await Promise.all(load)
const { restarts } = pool.status()
await pool.close()
console.log(JSON.stringify({ ...counts, restarts, rssBeforeMb: rssBefore, rssAfterMb: rssAfter }))

function settledRss() {
  globalThis.gc?.()
  return Math.round(process.memoryUsage.rss() / 1e6)
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
