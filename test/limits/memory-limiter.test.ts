import { createAccounts } from '../../src/limits/accounts.js'
import { createMemoryLimiter } from '../../src/limits/memory-limiter.js'
import { conform } from './conform.js'

conform('memory', async (clock) => createMemoryLimiter({ accounts: createAccounts(clock) }))
