import { validateTree } from '../../config/validate-tree.js'

/** The options of `keys create`, as commander names them, all as they were typed. */
export interface KeyOptions {
  readonly name?: string
  readonly tenant?: string
  readonly models?: string
  readonly rpm?: string
  readonly tpm?: string
  readonly maxConcurrent?: string
  readonly budgetDay?: string
  readonly budgetMonth?: string
  readonly expires?: string
}

/** A row of `auth.keys`, with what was asked for and nothing else; or what is wrong with it, by option. */
export type KeyEntry =
  | { readonly kind: 'entry'; readonly entry: Readonly<Record<string, unknown>> }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] }

/** Which option stands for which key of the row. */
const FLAGS: Readonly<Record<string, string>> = {
  name: '--name',
  tenant: '--tenant',
  models: '--models',
  expires: '--expires',
  rpm: '--rpm',
  tpm: '--tpm',
  maxConcurrent: '--max-concurrent',
  budgetUsdPerDay: '--budget-day',
  budgetUsdPerMonth: '--budget-month',
}

/** Checked as the configuration file will be. */
export function keyEntry(options: KeyOptions, hash: string): KeyEntry {
  const row = {
    name: options.name,
    hash,
    tenant: options.tenant,
    models: options.models?.split(',').map((model) => model.trim()),
    expires: options.expires,
    rpm: numberOf(options.rpm),
    tpm: numberOf(options.tpm),
    maxConcurrent: numberOf(options.maxConcurrent),
    budgetUsdPerDay: numberOf(options.budgetDay),
    budgetUsdPerMonth: numberOf(options.budgetMonth),
  }
  const entry = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined))
  const { problems } = validateTree({ auth: { keys: [entry] } }, new Set(), [])
  if (problems.length === 0) return { kind: 'entry', entry }
  return {
    kind: 'wrong',
    problems: problems.map(({ at, expected, found }) => {
      const key = String(at[3])
      return `${FLAGS[key] ?? key}: expected ${expected}, found ${found}.`
    }),
  }
}

/** What is no number stays a text, so that the message shows what was typed. */
function numberOf(text: string | undefined): number | string | undefined {
  return text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}
