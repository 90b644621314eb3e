import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DataDirError } from '../../cache/store/embedded/data-dir-error.js'
import { lockDataDir } from '../../cache/store/embedded/data-dir-lock.js'
import { resolveDataDir } from '../../config/data-dir.js'
import { loadConfig } from '../../config/load.js'
import type { Config } from '../../config/schema.js'
import { parseReportQuery, type ReportQuery } from '../../core/money/ledger/parse-report-query.js'
import { buildReport, type Report } from '../../core/money/ledger/report.js'
import type { LedgerStore } from '../../ledger/ledger-store.js'
import { createMemoryLedgerStore } from '../../ledger/memory-ledger-store.js'
import { readPeriods } from '../../ledger/read-periods.js'
import { openLedger } from '../../open-ledger.js'
import { GatewayCallError } from '../cache/gateway-client.js'

export interface WithoutGatewayOptions {
  readonly query: ReportQuery
  readonly config: string | undefined
  /** Where nobody listens. */
  readonly url: string
}

/** @throws GatewayCallError when the ledger cannot be read, or is not kept beyond a gateway's life */
export async function reportWithoutGateway({ config: file, query, url }: WithoutGatewayOptions): Promise<Report> {
  const nowMs = Date.now()
  const { question, sinceMs, untilMs } = parseReportQuery(query, nowMs)
  const { config } = loadConfig({ file, env: process.env, cwd: process.cwd() })
  const read = (store: LedgerStore) => readPeriods(store, { sinceMs, untilMs, nowMs })
  switch (config.cache.store) {
    case 'off':
    case 'memory':
      throw new GatewayCallError(
        `Nothing listens at ${url}, and with cache.store: ${config.cache.store} the ledger ends with its gateway.`,
      )
    case 'redis':
      return buildReport(await withStore(config, '', read), question)
    case 'embedded':
      return buildReport(await fromFolder(config, url, read), question)
  }
}

/** The folder belongs to one process at a time, so that nobody writes while it is read. */
async function fromFolder<T>(config: Config, url: string, read: (store: LedgerStore) => Promise<T>): Promise<T> {
  const dataDir = resolveDataDir(config, process.env)
  const isThere = await stat(join(dataDir, 'ledger.mdb')).catch(() => undefined)
  if (isThere === undefined) return read(createMemoryLedgerStore())
  const lock = await lockDataDir(dataDir).catch((error: unknown) => {
    if (!(error instanceof DataDirError)) throw error
    throw new GatewayCallError(`Nothing listens at ${url}. ${error.message} Or name its gateway with --url.`)
  })
  try {
    return await withStore(config, dataDir, read)
  } finally {
    await lock.release()
  }
}

async function withStore<T>(config: Config, dataDir: string, read: (store: LedgerStore) => Promise<T>): Promise<T> {
  const warn = (message: string): void => void process.stderr.write(`${message}\n`)
  const store = await openLedger({ config, dataDir, warn })
  try {
    return await read(store)
  } catch (error) {
    throw new GatewayCallError(`The ledger cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    await store.close()
  }
}
