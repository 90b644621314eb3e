import { readdirSync, readFileSync } from 'node:fs'
import { anthropicProvider } from '../../src/providers/anthropic/adapter.js'
import { geminiProvider } from '../../src/providers/gemini/adapter.js'
import { openaiProvider } from '../../src/providers/openai/adapter.js'
import type { ProviderAdapter } from '../../src/providers/provider.js'

/** A provider's answer from the fixtures, with the provider that speaks this way. */
export interface WireFixture {
  readonly file: string
  readonly adapter: ProviderAdapter
  readonly bytes: Buffer
}

const FOLDER = new URL('../fixtures/wire/', import.meta.url)
const FILES = readdirSync(FOLDER).sort()
const PROVIDERS = [anthropicProvider, geminiProvider, openaiProvider]

export const STREAMS: readonly WireFixture[] = fixturesLike(/-stream-.*\.sse$/)
export const RESPONSES: readonly WireFixture[] = fixturesLike(/-response-.*\.json$/)

function fixturesLike(pattern: RegExp): readonly WireFixture[] {
  return FILES.filter((file) => pattern.test(file)).map((file) => {
    const adapter = PROVIDERS.find(({ type }) => file.startsWith(`${type}-`))
    if (adapter === undefined) throw new Error(`No provider answers ${file}.`)
    return { file, adapter, bytes: readFileSync(new URL(file, FOLDER)) }
  })
}

/** Where the golden file of a fixture lies. */
export function golden(file: string, dialect: string): string {
  return new URL(`golden/${file.replace(/(\.\w+)$/, `.${dialect}$1`)}`, import.meta.url).pathname
}
