import { openEmbeddedLedgerStore } from '../../../dist/src/ledger/embedded-ledger-store.js'

const [dataDir = ''] = process.argv.slice(2)
const store = await openEmbeddedLedgerStore({ dataDir, warn: (message) => process.stderr.write(`${message}\n`) })
const of = { kind: 'traffic', tenant: 'a "quoted" ténant', key: 'k', provider: 'p', model: 'm', cause: 'answer' }
for (let number = 1; ; number++) {
  await store.add({ number, periods: new Map([['h2026-11-28T15', [{ of, sums: { requests: 1n } }]]]) })
  process.stdout.write(`${number}\n`)
}
