import { fileURLToPath } from 'node:url'
import { type LineProcess, startLineProcess } from '../support/line-process.js'

const CHILD = fileURLToPath(new URL('./children/add-under-load.mjs', import.meta.url))

/** Another process that adds to the ledger of a folder as fast as it can, and prints a line for each batch that was added. */
export function startLedgerProcess(dataDir: string): LineProcess {
  return startLineProcess(CHILD, [dataDir])
}
