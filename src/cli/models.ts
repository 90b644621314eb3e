import { type Command, InvalidArgumentError } from 'commander'
import { CONFIG_EXIT_CODE, ConfigError } from '../config/config-error.js'
import { ModelError } from '../model-registry/model-error.js'
import { listModels } from './models-list.js'
import { pullNamedModel } from './models-pull.js'
import type { RegistryOptions } from './models-registry.js'
import { printModelPath, verifyModels } from './models-verify.js'
import { INTERRUPTED_EXIT_CODE } from './stop-on-signals.js'

/** `llmrouter models …`. Exit codes: 0 done, 1 failed, 64 wrong usage, 78 wrong configuration, 130 interrupted. */
export function addModelsCommand(program: Command, usageExitCode: number): void {
  const models = program.command('models').description('list, fetch and check the models that run in the gateway')

  command('list', 'show all models and which are installed')
    .option('--json', 'as JSON')
    .action((options: RegistryOptions & { json?: boolean }) => run(() => listModels(options)))

  command('pull', 'fetch a model; goes on where an earlier pull was stopped')
    .argument('<name>', 'as shown by list')
    .option('--mirror <url>', 'fetch from here instead of huggingface.co (default: inference.mirror)', parseUrl)
    .option('--force', 'fetch it even if it is installed')
    .addHelpText('after', '\nHTTPS_PROXY, HTTP_PROXY, NO_PROXY and NODE_EXTRA_CA_CERTS of the environment are obeyed.')
    .action((name: string, options: RegistryOptions & { mirror?: string; force?: boolean }) =>
      run(() => pullNamedModel(name, options)),
    )

  command('verify', 'check the size and SHA-256 of all installed files, or of one model')
    .argument('[name]', 'as shown by list')
    .action((name: string | undefined, options: RegistryOptions) => run(() => verifyModels(name, options)))

  command('path', 'print the folder of a model, or the one that fetched models are put in')
    .argument('[name]', 'as shown by list')
    .action((name: string | undefined, options: RegistryOptions) => run(() => printModelPath(name, options)))

  function command(name: string, description: string): Command {
    return models
      .command(name)
      .description(description)
      .option('-c, --config <file>', 'configuration file (default: $LLMROUTER_CONFIG, then ./llmrouter.yaml)')
      .option('--data-dir <folder>', 'where the gateway keeps its data (default: server.dataDir)')
  }

  /** Each action says whether it succeeded. */
  async function run(action: () => boolean | Promise<boolean>): Promise<void> {
    try {
      if (!(await action())) process.exitCode = 1
    } catch (error) {
      if (!(error instanceof ConfigError || error instanceof ModelError)) throw error
      process.stderr.write(`${error.message}\n`)
      process.exitCode = exitCodeOf(error)
    }
  }

  function exitCodeOf(error: ConfigError | ModelError): number {
    if (error instanceof ConfigError) return CONFIG_EXIT_CODE
    if (error.code === 'unknown-model') return usageExitCode
    return error.code === 'aborted' ? INTERRUPTED_EXIT_CODE : 1
  }
}

function parseUrl(value: string): string {
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value
  throw new InvalidArgumentError('Expected an http or https address.')
}
