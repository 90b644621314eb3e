import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { reasonOf } from './check-files.js'
import type { ConfigProblem } from './config-error.js'
import { read } from './environment.js'
import type { Environment } from './interpolate.js'

const DEFAULT_FILE = 'llmrouter.yaml'

export interface FoundFile {
  /** Absolute; null: built-in defaults. */
  readonly file: string | null
  readonly text: string
  readonly problems: readonly ConfigProblem[]
  readonly warnings: readonly string[]
}

/** The file of `--config`, else of LLMROUTER_CONFIG, else ./llmrouter.yaml, else none. */
export function readConfigFile(given: string | undefined, env: Environment, cwd: string): FoundFile {
  if (given !== undefined) return readNamed(resolve(cwd, given), '--config')
  const named = read(env, 'LLMROUTER_CONFIG')
  if (named !== undefined) return readNamed(resolve(cwd, named), 'LLMROUTER_CONFIG')
  const usual = resolve(cwd, DEFAULT_FILE)
  if (existsSync(usual)) return readNamed(usual, DEFAULT_FILE)
  const warnings = existsSync(resolve(cwd, 'llmrouter.yml'))
    ? [`llmrouter.yml is not read; its name must be ${DEFAULT_FILE}.`]
    : []
  return { file: null, text: '', problems: [], warnings }
}

function readNamed(file: string, by: string): FoundFile {
  try {
    return { file, text: readFileSync(file, 'utf8'), problems: [], warnings: [] }
  } catch (error) {
    const problem = { path: by, expected: 'a readable file', found: `${JSON.stringify(file)} (${reasonOf(error)})` }
    return { file, text: '', problems: [problem], warnings: [] }
  }
}
