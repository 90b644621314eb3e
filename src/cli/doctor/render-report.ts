import type { Diagnosis, Examination } from './diagnosis.js'

/** One line for each thing that was looked at, and under it what would help. */
export function renderReport({ diagnoses, leftOut = [] }: Examination): string {
  const width = Math.max(...diagnoses.map(({ name }) => name.length))
  const lines = diagnoses.flatMap(({ fix, message, name, status }) => [
    `${status.padEnd(4)}  ${name.padEnd(width)}  ${message}`,
    ...(fix === undefined ? [] : [`${' '.repeat(width + 8)}→ ${fix}`]),
  ])
  const notes = leftOut.map(({ name, reason }) => `Not looked at: ${name} (${reason}).`)
  return `${[...lines, '', ...notes, summarise(diagnoses)].join('\n')}\n`
}

function summarise(diagnoses: readonly Diagnosis[]): string {
  const count = (status: Diagnosis['status']): number => diagnoses.filter((found) => found.status === status).length
  return `${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} failed`
}
