import { createMemoryStore } from '../../../src/cache/store/memory-store.js'
import { conform } from './conform.js'

conform('memory', async () => createMemoryStore())
