import { readFileSync } from 'node:fs'
import type { SoakLedger } from './soak-ledger.js'

/** What went wrong since the last look, each with what the gateway logged about it. */
export function explainExamples({ examples }: SoakLedger, gatewayLog: string): readonly string[] {
  if (examples.length === 0) return []
  const log = readFileSync(gatewayLog, 'utf8').split('\n')
  return examples
    .splice(0)
    .flatMap(({ id, what }) => [
      `  ${what}`,
      ...log.filter((line) => id !== undefined && line.includes(id)).map((line) => `    ${line.slice(0, 3000)}`),
    ])
}
