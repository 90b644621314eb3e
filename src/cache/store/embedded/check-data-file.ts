import { spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { createRequire } from 'node:module'

/** Whole; damaged; or nobody knows, as it could not be looked at. */
export type FileVerdict =
  | { readonly kind: 'whole' }
  | { readonly kind: 'damaged'; readonly sign: string }
  | { readonly kind: 'unchecked'; readonly reason: string }

/**
 * Reads every entry, and then asks for more room in one piece than any file has, which makes LMDB read its whole list of
 * free pages; the transaction is given up, and nothing is written.
 */
const READ_EVERYTHING = `
  const { ABORT, open } = require(process.argv[1])
  const file = open({ path: process.argv[2], encoding: 'binary', eventTurnBatching: false })
  for (const key of file.getKeys()) file.getBinaryFast(key)
  file.transactionSync(() => {
    file.put('room', Buffer.alloc(1 << 24))
    return ABORT
  })
  file.close().then(() => process.exit(0))
`

/** What the death of a process is called that followed a damaged page where it led. */
const CRASHES: ReadonlySet<string> = new Set(['SIGSEGV', 'SIGBUS', 'SIGABRT', 'SIGILL', 'SIGFPE', 'SIGTRAP'])

const PATIENCE_MS = 30_000
const SLOWEST_DISK_BYTES_PER_MS = 10_000

/**
 * Tries a file on another process: LMDB trusts its pages, and a damaged one takes the process down that reads it, which
 * must not be the gateway. Nobody else has the file open. Never rejects.
 */
export async function checkDataFile(path: string): Promise<FileVerdict> {
  const { size } = await stat(path)
  const lmdb = createRequire(import.meta.url).resolve('lmdb')
  const child = spawn(process.execPath, ['-e', READ_EVERYTHING, lmdb, path], {
    stdio: 'ignore',
    timeout: PATIENCE_MS + Math.ceil(size / SLOWEST_DISK_BYTES_PER_MS),
    killSignal: 'SIGKILL',
  })
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve({ kind: 'unchecked', reason: message }))
    child.once('exit', (code, signal) => resolve(judge(code, signal)))
  })
}

function judge(code: number | null, signal: NodeJS.Signals | null): FileVerdict {
  if (code === 0) return { kind: 'whole' }
  if (code !== null) return { kind: 'damaged', sign: 'LMDB reports an error' }
  if (signal !== null && CRASHES.has(signal)) return { kind: 'damaged', sign: `reading it ended in ${signal}` }
  return { kind: 'unchecked', reason: `the check was ended by ${signal}` }
}
