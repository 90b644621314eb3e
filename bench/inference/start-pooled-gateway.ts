import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startChild } from '../load/child-processes.js'
import { makeNetwork, type NetworkName } from './networks.js'
import type { PooledGatewayJob, PooledGatewayOrder, PooledGatewayReport } from './pooled-gateway.js'

export interface PooledGatewayOptions {
  readonly network: NetworkName
  readonly threads: number
  /** URL of the scripted provider, which speaks Anthropic's format. */
  readonly upstream: string
  /** The core of the whole process, event loop and threads; undefined: all cores. */
  readonly cpu: string | undefined
  readonly workDir: string
}

/** A gateway and a pool in one process, from the outside. */
export interface PooledGateway {
  readonly port: number
  /** From the start of the process until the gateway listened and every thread had its models. */
  readonly readyMs: number
  begin(saturate: boolean): Promise<void>
  end(): Promise<Extract<PooledGatewayReport, { readonly kind: 'ended' }>>
  stop(): Promise<void>
}

export async function startPooledGateway(options: PooledGatewayOptions): Promise<PooledGateway> {
  const folder = mkdtempSync(join(options.workDir, 'pooled-gateway-'))
  const configFile = join(folder, 'llmrouter.yaml')
  writeFileSync(
    configFile,
    [
      `server: { host: 127.0.0.1, port: 0, dataDir: "${folder}/data" }`,
      `providers: { anthropic: { type: anthropic, apiKey: x, baseUrl: "${options.upstream}" } }`,
      'cache: { store: "off" }',
      '',
    ].join('\n'),
  )
  const job: PooledGatewayJob = { configFile, setup: makeNetwork(options.network), threads: options.threads }
  const startedMs = performance.now()
  const child = startChild({
    name: `gateway with a pool of ${options.network}`,
    // The flag is that of `npm start` and of the launcher's first line.
    command: [
      process.execPath,
      '--max-semi-space-size=64',
      fileURLToPath(new URL('pooled-gateway.js', import.meta.url)),
      JSON.stringify(job),
    ],
    env: { NODE_ENV: 'production' },
    cpu: options.cpu,
    cwd: folder,
    logFile: join(folder, 'output.log'),
    ipc: true,
  })

  /** The next report, which has to be of this kind. */
  function next<K extends PooledGatewayReport['kind']>(kind: K) {
    return new Promise<Extract<PooledGatewayReport, { readonly kind: K }>>((resolve, reject) => {
      const onExit = (): void => reject(new Error(`${child.name} ended:\n${child.logTail()}`))
      child.process.once('exit', onExit)
      child.process.once('message', (report: PooledGatewayReport) => {
        child.process.off('exit', onExit)
        if (isOfKind(report, kind)) resolve(report)
        else reject(new Error(`${child.name} reports ${report.kind} instead of ${kind}.`))
      })
    })
  }

  function order(what: PooledGatewayOrder): void {
    child.process.send(what)
  }

  const { url } = await next('ready')
  const readyMs = performance.now() - startedMs
  return {
    port: Number(new URL(url).port),
    readyMs,
    async begin(saturate) {
      order({ kind: 'begin', saturate })
      await next('begun')
    },
    async end() {
      order({ kind: 'end' })
      return next('ended')
    },
    stop: () => child.stop(),
  }
}

function isOfKind<K extends PooledGatewayReport['kind']>(
  report: PooledGatewayReport,
  kind: K,
): report is Extract<PooledGatewayReport, { readonly kind: K }> {
  return report.kind === kind
}
