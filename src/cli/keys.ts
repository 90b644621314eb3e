import { createHash, randomBytes } from 'node:crypto'
import type { Command } from 'commander'

const KEY_BYTES = 32

const DETAILS = `
The key is shown this once and kept nowhere. Its hash goes into the configuration: auth.adminKeyHash, or the hash of a
row of auth.keys. The key goes to whoever uses it: "Authorization: Bearer <key>".`

/** `llmrouter keys`: makes a key. */
export function addKeysCommand(program: Command): void {
  program
    .command('keys')
    .description('make a key for a client or the admin, and the hash of it for the configuration')
    .option('--json', 'as JSON')
    .addHelpText('after', DETAILS)
    .action(({ json }: { json?: boolean }) => {
      const key = `llmr-${randomBytes(KEY_BYTES).toString('base64url')}`
      const hash = `sha256:${createHash('sha256').update(key).digest('hex')}`
      process.stdout.write(json === true ? `${JSON.stringify({ key, hash })}\n` : `key   ${key}\nhash  ${hash}\n`)
    })
}
