import type { Command } from 'commander'
import { stringify } from 'yaml'
import { type KeyOptions, keyEntry } from './key-entry.js'
import { makeKey } from './make-key.js'

const DETAILS = `
The key is shown this once and kept nowhere. Its hash goes into the configuration: auth.adminKeyHash, or the hash of a
row of auth.keys. The key goes to whoever uses it: "Authorization: Bearer <key>".`

const CREATE_DETAILS = `
The lines below "auth:" go into the configuration file, where a running gateway finds them at once. Taking a row out again
revokes its key.`

interface CreateOptions extends KeyOptions {
  readonly admin?: boolean
  readonly json?: boolean
}

/** `llmrouter keys`: makes a key, alone or with its row for the configuration. */
export function addKeysCommand(program: Command, usageExitCode: number): void {
  const keys = program
    .command('keys')
    .description('make a key for a client or the admin, and the hash of it for the configuration')
    .option('--json', 'as JSON')
    .addHelpText('after', DETAILS)
    .action(({ json }: { json?: boolean }) => {
      const { key, hash } = makeKey()
      process.stdout.write(json === true ? `${JSON.stringify({ key, hash })}\n` : head(key, hash))
    })

  keys
    .command('create')
    .description('make a key, and the lines for the configuration file that let it in')
    .option('--name <name>', 'whose key it is, for logs and reports; needed unless it is the admin key')
    .option('--tenant <name>', 'tenants never share cached answers (default: the name)')
    .option('--models <list>', 'only these models, separated by commas; each may end in *')
    .option('--rpm <n>', 'requests per minute')
    .option('--tpm <n>', 'tokens per minute')
    .option('--max-concurrent <n>', 'requests at once')
    .option('--budget-day <usd>', 'US dollars per day (UTC)')
    .option('--budget-month <usd>', 'US dollars per month (UTC)')
    .option('--expires <date>', 'from then on it is refused: 2027-12-31 or 2027-12-31T12:00:00Z')
    .option('--admin', 'the admin key instead of a client key')
    .option('--json', 'as JSON')
    .addHelpText('after', CREATE_DETAILS)
    .action((_options: object, command: Command) => create(command.optsWithGlobals(), command, usageExitCode))
}

function create({ admin, json, ...options }: CreateOptions, command: Command, usageExitCode: number): void {
  const { key, hash } = makeKey()
  const auth = admin === true ? adminAuth(options, hash) : clientAuth(options, hash)
  if (auth.kind === 'wrong') {
    command.error(auth.problems.join('\n'), { exitCode: usageExitCode })
  }
  const text = stringify({ auth: auth.entry })
  process.stdout.write(
    json === true ? `${JSON.stringify({ key, hash, config: { auth: auth.entry } })}\n` : `${head(key, hash)}\n${text}`,
  )
}

function clientAuth(options: KeyOptions, hash: string): ReturnType<typeof keyEntry> {
  const row = keyEntry(options, hash)
  return row.kind === 'wrong' ? row : { kind: 'entry', entry: { keys: [row.entry] } }
}

function adminAuth(options: KeyOptions, hash: string): ReturnType<typeof keyEntry> {
  if (Object.keys(options).length === 0) return { kind: 'entry', entry: { adminKeyHash: hash } }
  return { kind: 'wrong', problems: ['--admin: there is one admin key, without a name or limits. Leave the rest out.'] }
}

function head(key: string, hash: string): string {
  return `key   ${key}\nhash  ${hash}\n`
}
