import { openaiProvider } from '../openai/adapter.js'
import type { ProviderAdapter } from '../provider.js'

/** The simulator speaks OpenAI's format, so its bytes take the same way as any provider's. */
export const simulatorProvider: ProviderAdapter = { ...openaiProvider, type: 'simulator' }
