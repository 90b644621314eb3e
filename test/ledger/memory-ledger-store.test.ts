import { createMemoryLedgerStore } from '../../src/ledger/memory-ledger-store.js'
import { conform } from './conform.js'

conform('memory', async () => createMemoryLedgerStore())
