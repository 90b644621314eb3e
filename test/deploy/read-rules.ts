import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { packageRoot } from '../../src/package-root.js'

export interface Rule {
  readonly record?: string
  readonly alert?: string
  readonly expr: string
  readonly labels?: Readonly<Record<string, string>>
}

const folder = join(packageRoot(), 'deploy/prometheus/rules')

export const RULE_FILES = readdirSync(folder).map((name) => join(folder, name))

/** Every rule that Prometheus is given. */
export function readRules(): readonly Rule[] {
  return RULE_FILES.flatMap((file) => {
    const { groups } = parse(readFileSync(file, 'utf8')) as { groups: { rules: Rule[] }[] } // promtool checks it
    return groups.flatMap(({ rules }) => rules)
  })
}
