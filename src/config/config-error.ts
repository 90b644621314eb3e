import type { ConfigPath } from './config-path.js'

/** `EX_CONFIG` of sysexits.h: what the process ends with when its configuration is wrong. */
export const CONFIG_EXIT_CODE = 78

/** One thing that is wrong. None of its texts ever holds a key, a password or a credential header. */
export interface ConfigProblem {
  /** `providers.anthropic.baseUrl`, or the name of the environment variable or file that is wrong. */
  readonly path: string
  readonly expected: string
  readonly found: string
  readonly hint?: string
  /** Line of the configuration file, from 1. */
  readonly line?: number
}

/** What a check found at a place; its line and the name people know it by are added later. */
export interface Finding extends Pick<ConfigProblem, 'expected' | 'found' | 'hint'> {
  readonly at: ConfigPath
}

/** Everything that is wrong with a configuration, at once. Its message is fit for a terminal. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly ConfigProblem[]
  /** The file that was read, if any. */
  readonly file: string | null

  constructor(problems: readonly ConfigProblem[], file: string | null) {
    super(formatProblems({ problems, file }))
    this.problems = problems
    this.file = file
  }
}

/** A headline and one line for each problem. */
export function formatProblems({ problems, file }: Pick<ConfigError, 'problems' | 'file'>): string {
  const headline = `${countProblems(problems)} in the configuration${file === null ? '' : ` ${file}`}:`
  return [headline, ...problems.map((problem) => `  ${formatProblem(problem)}`)].join('\n')
}

export function countProblems(problems: readonly ConfigProblem[]): string {
  return problems.length === 1 ? '1 problem' : `${problems.length} problems`
}

function formatProblem({ path, line, expected, found, hint }: ConfigProblem): string {
  const where = line === undefined ? path : `${path} (line ${line})`
  return `${where}: expected ${expected}, found ${found}.${hint === undefined ? '' : ` ${hint}`}`
}
