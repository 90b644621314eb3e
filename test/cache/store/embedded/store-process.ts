import { fileURLToPath } from 'node:url'
import { type LineProcess, startLineProcess } from '../../../support/line-process.js'

const CHILD = fileURLToPath(new URL('../../children/write-under-load.mjs', import.meta.url))

/** Another process that has the store of a folder open; with `first` it writes entries from that number on. */
export function startStoreProcess(dataDir: string, first?: number): LineProcess {
  return startLineProcess(CHILD, first === undefined ? [dataDir] : [dataDir, String(first)])
}
