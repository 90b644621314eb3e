import { createDirectory } from '../build-runtime.js'
import { CONFIG_EXIT_CODE, ConfigError } from '../config/config-error.js'
import { loadConfig } from '../config/load.js'
import { printConfig } from '../config/print.js'
import { resolveTraces } from '../config/resolve-traces.js'
import { localModels } from './local-models.js'
import { modelWarnings } from './model-warnings.js'

export interface CheckOptions {
  readonly config?: string
  readonly print?: boolean
}

/** Validates the configuration without serving. */
export function check(options: CheckOptions): void {
  try {
    const loaded = loadConfig({ file: options.config, env: process.env, cwd: process.cwd() })
    const traces = resolveTraces(loaded.config, process.env)
    const warnings = [
      ...loaded.warnings,
      ...(traces?.warnings ?? []),
      ...modelWarnings(loaded.config, createDirectory(loaded.config, localModels())),
    ]
    for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`)
    if (options.print === true) {
      process.stdout.write(printConfig(loaded))
      return
    }
    const providers = Object.keys(loaded.config.providers).join(', ')
    process.stdout.write(
      `The configuration is valid: ${loaded.file ?? 'built-in defaults'}, providers: ${providers}.\n`,
    )
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = CONFIG_EXIT_CODE
  }
}
