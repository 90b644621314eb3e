import { dirname } from 'node:path'
import { checkFiles } from './check-files.js'
import { checkReferences, nameableProviders } from './check-references.js'
import { ConfigError, type ConfigProblem, type Finding } from './config-error.js'
import { type ConfigPath, formatPath, pathKey, valueAt } from './config-path.js'
import { describeKey } from './describe-value.js'
import { enabledProviders, type ProviderOff } from './enabled-providers.js'
import { overlayEnvironment } from './environment.js'
import { resolveFileNames } from './file-names.js'
import { readConfigFile } from './find-file.js'
import { type Environment, interpolate } from './interpolate.js'
import { parseYaml } from './parse-yaml.js'
import type { Config } from './schema.js'
import { schemaAt } from './schema-lookup.js'
import { collectSecrets, looksSecret } from './secrets.js'
import { validateTree } from './validate-tree.js'
import { configWarnings } from './warnings.js'

export interface LoadOptions {
  /** As given by `--config`; absent: LLMROUTER_CONFIG, then ./llmrouter.yaml, then defaults. */
  readonly file?: string | undefined
  readonly env: Environment
  readonly cwd: string
}

export interface LoadedConfig {
  /** Complete and frozen. Holds only providers that are on. */
  readonly config: Config
  /** Absolute; null: built-in defaults and environment. */
  readonly file: string | null
  readonly providersOff: readonly ProviderOff[]
  /** No configured provider is on, and the simulator answers in their place. */
  readonly standIn: boolean
  readonly warnings: readonly string[]
}

/**
 * Reads, checks and completes the configuration.
 * @throws ConfigError with everything that is wrong
 */
export function loadConfig({ file: given, env, cwd }: LoadOptions): LoadedConfig {
  const { file, text, problems: fileProblems, warnings: fileWarnings } = readConfigFile(given, env, cwd)
  const yaml = parseYaml(text)
  const filled = interpolate(yaml.tree, env)
  const overlay = overlayEnvironment(filled.tree, env)
  const secrets = [...filled.secrets, ...collectSecrets(overlay.tree)]
  const convertible = new Set([...filled.replaced, ...overlay.variables.keys()])
  const validated = validateTree(overlay.tree, convertible, secrets)

  const config = resolveFileNames(validated.config, file === null ? cwd : dirname(file), env)
  const configured = Object.keys(Object(valueAt(overlay.tree, ['providers'])))
  const crossFindings = [...checkReferences(config, nameableProviders(configured)), ...checkFiles(config)].map(
    (finding) => ({ ...finding, at: validated.originalPath(finding.at) }),
  )
  const findings = [...filled.problems, ...validated.problems, ...crossFindings]
  const problems = [
    ...fileProblems,
    ...yaml.problems,
    ...inOrder(onePerPlace(findings).map((finding) => locate(finding, overlay.variables, yaml.lineOf))),
  ]
  if (problems.length > 0) throw new ConfigError(problems, file)

  const { providers, off, standIn } = enabledProviders(config.providers, filled.missingKeys)
  const effective = { ...config, providers }
  const providersOff = [...off, ...overlay.providersOff]
  return {
    config: deepFreeze(effective),
    file,
    providersOff,
    standIn,
    warnings: [...fileWarnings, ...overlay.warnings, ...configWarnings(effective, providersOff)],
  }
}

/** A value that is missing because its variable is not set, or that is wrong in itself, is not reported again. */
function onePerPlace(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>()
  return findings.filter(({ at }) => !seen.has(pathKey(at)) && seen.add(pathKey(at)))
}

/** Adds the line of the file, or says which variable is to blame. */
function locate(
  { at, ...finding }: Finding,
  variables: ReadonlyMap<string, string>,
  lineOf: (path: ConfigPath) => number | undefined,
): ConfigProblem {
  const key = at.at(-1)
  // A key nobody knows may be more than a key: `apiKey:sk-…`, without the space.
  const isDoubtful = typeof key === 'string' && (schemaAt(at) === undefined || looksSecret(key))
  const path = formatPath(isDoubtful ? [...at.slice(0, -1), describeKey(key)] : at)
  const variable = variables.get(pathKey(at))
  if (variable !== undefined) {
    const hint = `${finding.hint === undefined ? '' : `${finding.hint} `}The environment variable sets ${path}.`
    return { ...finding, path: variable, hint }
  }
  const line = lineOf(at)
  return { path, ...finding, ...(line !== undefined && { line }) }
}

/** As in the file, then what stands in none. */
function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return problems.toSorted((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity) || 0)
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const item of Object.values(value)) deepFreeze(item)
  }
  return value
}
