import { HttpConnection } from './http-connection.js'
import type { Job, JobResult } from './job.js'
import { createMeasure, type Measure } from './measure.js'
import { renderRequests } from './request-bytes.js'
import { runPacer } from './run-pacer.js'

const DRAIN_MS = 15_000
const CONNECTS_AT_ONCE = 64
const LEAD_MS = 20

export function runJob(job: Job): Promise<JobResult> {
  return job.load.kind === 'closed' ? runClosed(job, job.load) : runOpen(job, job.load)
}

async function runClosed(
  job: Job,
  load: { readonly connections: number; readonly seconds: number },
): Promise<JobResult> {
  const requests = renderRequests(job)
  const connections = await openConnections(job.port, load.connections)
  const measure = createMeasure(job, performance.now())
  let sent = 0
  let over = false

  function next(at: number): void {
    const connection = connections[at]
    if (over || measure.hopeless || connection === undefined) return
    if (!connection.usable) {
      HttpConnection.open(job.port).then(
        (fresh) => {
          connections[at] = fresh
          next(at)
        },
        (error: unknown) => measure.fail(`cannot connect: ${String(error)}`),
      )
      return
    }
    const n = sent++
    connection.send(
      requests(n),
      measure.exchange(n, performance.now(), () => next(at)),
    )
  }

  for (let at = 0; at < connections.length; at++) next(at)
  await sleep(load.seconds * 1000)
  over = true
  measure.closeWindow(performance.now())
  await drain(measure)
  for (const connection of connections) connection.close()
  return measure.result()
}

async function runOpen(
  job: Job,
  load: { readonly connections: number; readonly perSecond: number; readonly count: number },
): Promise<JobResult> {
  const requests = renderRequests(job)
  const connections = await openConnections(job.port, load.connections)
  const idle = [...connections]
  const waiting: number[] = []
  const intervalMs = 1000 / load.perSecond
  const startMs = performance.now() + LEAD_MS
  const measure = createMeasure(job, startMs)

  function start(n: number): void {
    const connection = idle.pop()
    // Its time runs all the same: the intended start is what counts.
    if (connection === undefined) return void waiting.push(n)
    connection.send(
      requests(n),
      measure.exchange(n, startMs + n * intervalMs, () => void free(connection)),
    )
  }

  async function free(connection: HttpConnection): Promise<void> {
    try {
      idle.push(connection.usable ? connection : await reopen(connection))
    } catch (error) {
      return measure.fail(`cannot connect: ${String(error)}`)
    }
    const n = waiting.shift()
    if (n !== undefined) start(n)
  }

  async function reopen(broken: HttpConnection): Promise<HttpConnection> {
    const fresh = await HttpConnection.open(job.port)
    connections[connections.indexOf(broken)] = fresh
    return fresh
  }

  await runPacer({ startMs, intervalMs, count: load.count }, start)
  await drain(measure, answerMs(job))
  measure.closeWindow(performance.now())
  if (waiting.length > 0) measure.fail(`${waiting.length} requests found no free connection`)
  for (const connection of connections) connection.close()
  return measure.result()
}

function answerMs(job: Job): number {
  return job.plan.delayMs + (job.plan.tokens / job.plan.eventsPerWrite) * job.plan.gapMs
}

async function openConnections(port: number, count: number): Promise<HttpConnection[]> {
  const opened: HttpConnection[] = []
  // In groups: a thousand at once overrun the queue of a listening socket.
  while (opened.length < count) {
    const group = Math.min(CONNECTS_AT_ONCE, count - opened.length)
    opened.push(...(await Promise.all(Array.from({ length: group }, () => HttpConnection.open(port)))))
  }
  return opened
}

async function drain(measure: Measure, expectedMs = 0): Promise<void> {
  const deadlineMs = performance.now() + expectedMs + DRAIN_MS
  while (measure.outstanding > 0 && performance.now() < deadlineMs) await sleep(2)
  if (measure.outstanding > 0) measure.fail(`${measure.outstanding} answers never ended`)
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
