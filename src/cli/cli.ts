import { Command, CommanderError } from 'commander'
import { packageVersion } from '../package-root.js'
import { addCacheCommand } from './cache/cache.js'
import { addCalibrateCommand } from './calibrate.js'
import { check } from './check.js'
import { addDoctorCommand } from './doctor/doctor.js'
import { addKeysCommand } from './keys/keys.js'
import { addModelsCommand } from './models.js'
import { addReportCommand } from './report/report.js'

/** `EX_USAGE` of sysexits.h: the command line was wrong. */
const USAGE_EXIT_CODE = 64

/** The command line. Sets `process.exitCode`; `serve` goes on running after it returns. */
export async function runCli(argv: readonly string[]): Promise<void> {
  for (const output of [process.stdout, process.stderr]) output.on('error', ignoreBrokenPipe)
  const program = new Command('llmrouter')
    .description('An LLM inference gateway: any OpenAI or Anthropic client in front of every provider.')
    .version(packageVersion())
    .showHelpAfterError()
    .exitOverride()

  program
    .command('serve')
    .description('start the gateway')
    .option('-c, --config <file>', 'configuration file (default: $LLMROUTER_CONFIG, then ./llmrouter.yaml)')
    .addHelpText(
      'after',
      '\nSIGHUP reloads the configuration; SIGTERM finishes open answers and exits; a second one exits at once.',
    )
    .action(async (options: { config?: string }) => {
      // Where a native library of the gateway does not load, the other commands still work: doctor says so.
      const { serve } = await import('./serve.js')
      await serve(options)
    })

  program
    .command('check')
    .description('validate the configuration without serving; exit code 78 if it is wrong')
    .option('-c, --config <file>', 'configuration file (default: $LLMROUTER_CONFIG, then ./llmrouter.yaml)')
    .option('--print', 'print the effective configuration, secrets masked')
    .action((options: { config?: string; print?: boolean }) => check(options))

  addModelsCommand(program, USAGE_EXIT_CODE)
  addCalibrateCommand(program, USAGE_EXIT_CODE)
  addCacheCommand(program)
  addKeysCommand(program, USAGE_EXIT_CODE)
  addReportCommand(program, USAGE_EXIT_CODE)
  addDoctorCommand(program)

  try {
    await program.parseAsync([...argv])
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    process.exitCode = error.exitCode === 0 ? 0 : USAGE_EXIT_CODE
  }
}

/** Whoever read our output has read enough (`| head`). What only prints ends by itself then, and a gateway serves on. */
function ignoreBrokenPipe(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error
}
