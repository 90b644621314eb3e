import type { Command } from 'commander'
import { packageVersion } from '../../package-root.js'
import type { Examination } from './diagnosis.js'
import { examine } from './examine.js'
import { renderReport } from './render-report.js'

interface DoctorOptions {
  readonly config?: string
  readonly offline?: boolean
  readonly json?: boolean
}

const DETAILS = `
Looks at the configuration, the keys of providers (each is asked for its list of models, which costs nothing), Redis, the
models, the native libraries, the port, the data folder, the clock and the limit of open files. Changes nothing. Exit code 0 if
nothing failed, else 1.`

/** `llmrouter doctor`: what is wrong here, and what would help. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('look whether everything the gateway needs is in order, and say what would help')
    .option('-c, --config <file>', 'configuration file (default: $LLMROUTER_CONFIG, then ./llmrouter.yaml)')
    .option('--offline', 'call no provider')
    .option('--json', 'as JSON')
    .addHelpText('after', DETAILS)
    .action(async ({ config, json, offline }: DoctorOptions) => {
      const found = await examine({ file: config, isOffline: offline === true })
      const hasFailed = found.diagnoses.some(({ status }) => status === 'fail')
      process.stdout.write(json === true ? renderJson(found, hasFailed) : renderReport(found))
      if (hasFailed) process.exitCode = 1
    })
}

function renderJson({ diagnoses, leftOut = [] }: Examination, hasFailed: boolean): string {
  const hasWarned = diagnoses.some(({ status }) => status === 'warn')
  const status = hasFailed ? 'fail' : hasWarned ? 'warn' : 'ok'
  return `${JSON.stringify({ status, version: packageVersion(), checks: diagnoses, leftOut }, null, 2)}\n`
}
