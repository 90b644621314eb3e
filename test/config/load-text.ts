import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { ConfigError, type ConfigProblem } from '../../src/config/config-error.js'
import type { Environment } from '../../src/config/interpolate.js'
import { type LoadedConfig, loadConfig } from '../../src/config/load.js'

/** A folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'llmrouter-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Loads this text as ./llmrouter.yaml of an otherwise empty folder. */
export function loadText(text: string, env: Environment = {}): LoadedConfig {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'llmrouter.yaml'), text)
  return loadConfig({ env, cwd })
}

export function errorOf(load: () => unknown): ConfigError {
  try {
    load()
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('The configuration was accepted.')
}

export function problemsOf(text: string, env: Environment = {}): readonly ConfigProblem[] {
  return errorOf(() => loadText(text, env)).problems
}
