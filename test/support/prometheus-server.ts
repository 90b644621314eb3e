import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { parse, stringify } from 'yaml'
import { packageRoot } from '../../src/package-root.js'
import { freePort } from './redis-server.js'

export interface PromSample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: number
}

/** A real Prometheus with the configuration and the rules that are shipped, but for its pace. */
export interface PrometheusServer {
  /** What the query says now. Rejects with what is wrong with it. */
  query(expr: string): Promise<readonly PromSample[]>
  get(path: string): Promise<unknown>
}

export async function startPrometheus(target: string): Promise<PrometheusServer> {
  const folder = mkdtempSync(join(tmpdir(), 'llmrouter-prometheus-'))
  const shipped = join(packageRoot(), 'deploy/prometheus')
  const config = parse(readFileSync(join(shipped, 'prometheus.yml'), 'utf8'))
  config.global = { scrape_interval: '1s', evaluation_interval: '1s' }
  config.rule_files = config.rule_files.map((files: string) => join(shipped, files))
  config.scrape_configs[0].static_configs[0].targets = [target]
  const file = join(folder, 'prometheus.yml')
  writeFileSync(file, stringify(config))

  const port = await freePort()
  const child = spawn(
    'prometheus',
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=exemplar-storage',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
    rmSync(folder, { recursive: true, force: true })
  })

  const url = `http://127.0.0.1:${port}`
  async function get(path: string): Promise<unknown> {
    const response = await fetch(url + path)
    const answer = (await response.json()) as { status: string; data: unknown; error?: string } // of Prometheus
    if (answer.status !== 'success') throw new Error(`${path}: ${answer.error}`)
    return answer.data
  }
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`Prometheus did not start: ${log}`)
    await sleep(50)
  }
  return {
    get,
    async query(expr) {
      const { result, resultType } = (await get(`/api/v1/query?${new URLSearchParams({ query: expr })}`)) as {
        resultType: string
        result: readonly { metric: Record<string, string>; value: [number, string] }[]
      }
      if (resultType !== 'vector') throw new Error(`${expr} is a ${resultType}`)
      return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }))
    },
  }
}

async function isReady(url: string): Promise<boolean> {
  return (await fetch(`${url}/-/ready`).catch(() => undefined))?.status === 200
}
