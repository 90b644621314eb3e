import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { stringify } from 'yaml'
import { packageRoot } from '../../src/package-root.js'

interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface CalibrateBed {
  readonly labels: string
  readonly dataDir: string
  run(...args: readonly string[]): Promise<Result>
  /** Returns the name of the file. */
  writeConfig(config: object): string
}

/** The real command line with the bundled models, and a data folder of its own. */
export function createCalibrateBed(rows: readonly object[]): CalibrateBed {
  const folder = mkdtempSync(join(tmpdir(), 'llmrouter-calibrate-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const labels = join(folder, 'labels.jsonl')
  writeFileSync(labels, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const dataDir = join(folder, 'data')
  const env = { PATH: process.env.PATH, HOME: folder, LLMROUTER_DATA_DIR: dataDir }
  return {
    labels,
    dataDir,
    writeConfig(config) {
      const file = join(folder, 'llmrouter.yaml')
      writeFileSync(file, stringify(config))
      return file
    },
    run: (...args) =>
      new Promise((resolve) => {
        const command = [join(packageRoot(), 'bin/llmrouter.js'), 'calibrate', ...args]
        const child = execFile(process.execPath, command, { cwd: folder, env }, (_error, stdout, stderr) => {
          resolve({ code: child.exitCode ?? -1, stdout, stderr })
        })
      }),
  }
}
