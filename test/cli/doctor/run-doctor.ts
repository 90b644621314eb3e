import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { stringify } from 'yaml'
import type { Diagnosis, LeftOut } from '../../../src/cli/doctor/diagnosis.js'
import { packageRoot } from '../../../src/package-root.js'

export interface DoctorRun {
  readonly code: number | null
  /** What it said, in either form. */
  readonly text: string
  readonly status: string
  readonly checks: readonly Diagnosis[]
  readonly leftOut: readonly LeftOut[]
  /** The lines of one name. */
  of(name: string): readonly Diagnosis[]
}

export interface DoctorSetting {
  readonly config?: object | string
  readonly args?: readonly string[]
  readonly nodeArgs?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Most files it may open. */
  readonly fileLimit?: number
}

/** The real command, with a home of its own, for programs: `llmrouter doctor --json`. */
export async function runDoctor(setting: DoctorSetting = {}): Promise<DoctorRun> {
  const { code, stderr, stdout } = await doctor({ ...setting, args: ['--json', ...(setting.args ?? [])] })
  if (stderr !== '') throw new Error(`It complains: ${stderr}`)
  const report = JSON.parse(stdout) as Pick<DoctorRun, 'status' | 'checks' | 'leftOut'> // our own
  return { ...report, code, text: stdout, of: (name) => report.checks.filter((found) => found.name === name) }
}

export function doctor({ args = [], config = {}, env = {}, fileLimit, nodeArgs = [] }: DoctorSetting): Promise<{
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}> {
  const home = mkdtempSync(join(tmpdir(), 'llmrouter-doctor-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const file = join(home, 'llmrouter.yaml')
  writeFileSync(file, typeof config === 'string' ? config : stringify({ server: { port: 0 }, ...config }))
  const command = [
    process.execPath,
    ...nodeArgs,
    join(packageRoot(), 'bin/llmrouter.js'),
    'doctor',
    '-c',
    file,
    ...args,
  ]
  const limited = fileLimit === undefined ? '' : `ulimit -n ${fileLimit}; `
  const child = spawn('sh', ['-c', `${limited}exec "$@"`, 'sh', ...command], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      texts[name] += chunk
    })
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...texts })))
}
