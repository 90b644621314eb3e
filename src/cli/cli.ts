import { Command, CommanderError } from 'commander'
import { packageVersion } from '../package-root.js'

/** `EX_USAGE` of sysexits.h: the command line was wrong. */
const USAGE_EXIT_CODE = 64

const COMMANDS: ReadonlyMap<string, (program: Command) => Promise<void> | void> = new Map([
  ['serve', addServeCommand],
  ['check', addCheckCommand],
  ['models', async (program) => (await import('./models.js')).addModelsCommand(program, USAGE_EXIT_CODE)],
  ['calibrate', async (program) => (await import('./calibrate.js')).addCalibrateCommand(program, USAGE_EXIT_CODE)],
  ['cache', async (program) => (await import('./cache/cache.js')).addCacheCommand(program)],
  ['keys', async (program) => (await import('./keys/keys.js')).addKeysCommand(program, USAGE_EXIT_CODE)],
  ['report', async (program) => (await import('./report/report.js')).addReportCommand(program, USAGE_EXIT_CODE)],
  ['doctor', async (program) => (await import('./doctor/doctor.js')).addDoctorCommand(program)],
])

/** The command line. Sets `process.exitCode`; `serve` goes on running after it returns. */
export async function runCli(argv: readonly string[]): Promise<void> {
  for (const output of [process.stdout, process.stderr]) output.on('error', ignoreBrokenPipe)
  const program = new Command('llmrouter')
    .description('An LLM inference gateway: any OpenAI or Anthropic client in front of every provider.')
    .version(packageVersion())
    .showHelpAfterError()
    .exitOverride()

  await addCommands(program, argv[2])

  try {
    await program.parseAsync([...argv])
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    process.exitCode = error.exitCode === 0 ? 0 : USAGE_EXIT_CODE
  }
}

/**
 * Only the one that is asked for is loaded, which takes a fraction of the time that all do, and needs no library of
 * another. Help, and what no command is called, want them all.
 */
async function addCommands(program: Command, name: string | undefined): Promise<void> {
  const asked = name === undefined ? undefined : COMMANDS.get(name)
  for (const add of asked === undefined ? COMMANDS.values() : [asked]) await add(program)
}

/** Whoever read our output has read enough (`| head`). What only prints ends by itself then, and a gateway serves on. */
function ignoreBrokenPipe(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error
}

function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('start the gateway')
    .option('-c, --config <file>', 'configuration file (default: $LLMROUTER_CONFIG, then ./llmrouter.yaml)')
    .addHelpText(
      'after',
      '\nSIGHUP reloads the configuration; SIGTERM finishes open answers and exits; a second one exits at once.',
    )
    .action(async (options: { config?: string }) => (await import('./serve.js')).serve(options))
}

function addCheckCommand(program: Command): void {
  program
    .command('check')
    .description('validate the configuration without serving; exit code 78 if it is wrong')
    .option('-c, --config <file>', 'configuration file (default: $LLMROUTER_CONFIG, then ./llmrouter.yaml)')
    .option('--print', 'print the effective configuration, secrets masked')
    .action(async (options: { config?: string; print?: boolean }) => (await import('./check.js')).check(options))
}
