import { spawnSync } from 'node:child_process'
import { describe, test } from 'vitest'

/** Tests that need these commands. Where one is missing they are reported as not run. */
export function describeWith(commands: readonly string[], name: string, tests: () => void): void {
  const missing = commands.filter((command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status !== 0)
  if (missing.length === 0) return void describe(name, tests)
  const reason = `NOT TESTED: ${name}: there is no ${missing.join(' and no ')} on PATH`
  console.warn(`${reason}.`)
  test(name, ({ skip }) => skip(reason))
}
