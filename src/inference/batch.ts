import { assertNever } from '../core/assert-never.js'
import type { AnalyseResult, InferenceResult, InferenceTask } from './contract.js'
import type { AnalyseEntry, Entry } from './entry.js'

/** The message to a thread for entries that are all of one kind. */
export function taskOf(entries: readonly Entry[]): InferenceTask {
  const kind = entries[0]?.kind ?? 'ping'
  switch (kind) {
    case 'ping':
      return { kind }
    case 'analyse':
      return { kind, texts: entries.flatMap((entry) => (entry.kind === 'analyse' ? [entry.text] : [])) }
    case 'verify':
      return { kind, pairs: entries.flatMap((entry) => (entry.kind === 'verify' ? entry.pairs : [])) }
    case 'embed':
      return { kind, inputs: entries.flatMap((entry) => (entry.kind === 'embed' ? entry.inputs : [])) }
    default:
      return assertNever(kind)
  }
}

/** Gives everybody their rows. An entry the result does not fit is refused. */
export function deliver(entries: readonly Entry[], result: InferenceResult, dimension: number): void {
  let firstRow = 0
  for (const entry of entries) {
    if (!give(entry, result, firstRow, dimension)) entry.ticket.refuse('failed')
    firstRow += entry.rows
  }
}

function give(entry: Entry, result: InferenceResult, firstRow: number, dimension: number): boolean {
  if (entry.kind === 'ping' && result.kind === 'ping') entry.ticket.answer(undefined)
  else if (entry.kind === 'analyse' && result.kind === 'analyse') giveAnalysis(entry, result, firstRow, dimension)
  else if (entry.kind === 'verify' && result.kind === 'verify')
    entry.ticket.answer(result.probabilities.slice(firstRow, firstRow + entry.rows))
  else if (entry.kind === 'embed' && result.kind === 'embed') entry.request.fill(entry.positions, result, firstRow)
  else return false
  return true
}

function giveAnalysis(entry: AnalyseEntry, result: AnalyseResult, row: number, dimension: number): void {
  entry.ticket.answer({
    vector: result.vectors.subarray(row * dimension, (row + 1) * dimension),
    tokenCount: result.tokenCounts[row] ?? 0,
    complexity: result.complexities?.[row],
  })
}

/** Milliseconds inside the thread, in parts. */
export function timesOf(result: InferenceResult): { readonly embedMs: number; readonly classifyMs: number } {
  switch (result.kind) {
    case 'ping':
      return { embedMs: 0, classifyMs: 0 }
    case 'analyse':
      return result
    case 'embed':
      return { embedMs: result.runMs, classifyMs: 0 }
    case 'verify':
      return { embedMs: 0, classifyMs: result.runMs }
    default:
      return assertNever(result)
  }
}
