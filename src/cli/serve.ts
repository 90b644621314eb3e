import { DataDirError } from '../cache/store/embedded/data-dir-error.js'
import { CONFIG_EXIT_CODE, ConfigError } from '../config/config-error.js'
import { type ConfigHolder, createConfigHolder } from '../config/config-holder.js'
import { resolveDataDir } from '../config/data-dir.js'
import { type LoadedConfig, loadConfig } from '../config/load.js'
import { watchConfig } from '../config/watch.js'
import type { Limiter } from '../limits/limiter.js'
import { type Gateway, startGateway } from '../main.js'
import { ModelError } from '../model-registry/model-error.js'
import { openCache } from '../open-cache.js'
import { openLedger } from '../open-ledger.js'
import { openLimits } from '../open-limits.js'
import { openTracer } from '../open-tracer.js'
import { packageRoot } from '../package-root.js'
import { chooseCurve } from '../routing-data/choose-curve.js'
import { shadowFile } from '../routing-data/shadow-file.js'
import { type Inference, startInference } from '../start-inference.js'
import { createLogger, type Logger } from '../telemetry/log.js'
import { ProcessFigures } from '../telemetry/process-figures.js'
import { renderBanner } from './banner.js'
import { endOnSignals } from './end-on-signals.js'
import { installModels } from './install-models.js'
import { modelWarnings } from './model-warnings.js'
import { INTERRUPTED_EXIT_CODE } from './stop-on-signals.js'

export interface ServeOptions {
  readonly config?: string
}

/** Starts the gateway and stays until a signal ends it. */
export async function serve(options: ServeOptions): Promise<void> {
  const load = (): LoadedConfig => loadConfig({ file: options.config, env: process.env, cwd: process.cwd() })
  let loaded: LoadedConfig
  try {
    loaded = load()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = CONFIG_EXIT_CODE
    return
  }
  const log = createLogger(loaded.config.telemetry.logLevel)
  for (const warning of loaded.warnings) log.warn(warning)
  const holder = createConfigHolder({ initial: loaded, load, now: Date.now })

  const figures = new ProcessFigures()
  let gateway: Gateway
  let inference: Inference | undefined
  let limiter: Limiter | undefined
  try {
    const choice = await installModels(loaded.config)
    for (const warning of choice.warnings) log.warn(warning)
    inference = startInference({ choice, config: holder.current, log, figures })
    const dataDir = resolveDataDir(loaded.config, process.env)
    const { noteAudit: onAudit } = figures
    const opened = await openCache({ config: holder.current, dataDir, choice, inference, log, onAudit })
    const tracer = await openTracer({ config: holder.current, env: process.env, log })
    const { classifier } = choice
    const routingBelief = () =>
      chooseCurve({ packageRoot: packageRoot(), dataDir, classifier, warn: (message) => log.warn(message) })
    const { config } = loaded
    const ledgerStore = await openLedger({ config, dataDir, warn: (message) => log.warn(message) })
    limiter = await openLimits({ config, dataDir, log })
    // Only the embedded store has the data folder for itself.
    const routingLearningFile = config.cache.store === 'embedded' ? shadowFile(dataDir) : null
    const parts = { routingLearningFile, inference, figures, ledgerStore, limiter, tracer, routingBelief, ...opened }
    gateway = await startGateway({ config, log, configStatus: holder.status, ...parts })
  } catch (error) {
    process.stderr.write(`llmrouter could not start: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = exitCodeOf(error)
    // Threads that loaded models meanwhile would keep the process, and so would connections.
    await Promise.all([inference?.close(), limiter?.close()])
    return
  }
  warnOfModels(gateway, holder, log)
  holder.onChange((config) => gateway.apply(config))
  endOnSignals(gateway, log, reloadOnChange({ file: loaded.file, gateway, holder, log, figures }))

  await inference.ready().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error)
    log.error({ reason }, 'the models could not be loaded; serving without embeddings and analysis')
  })

  // Last, since whoever reads it may send a signal, and those that nobody handles yet kill.
  const { metricsUrl, transport, url } = gateway
  log.info(
    { url, metricsUrl, transport, config: loaded.file, providers: [...gateway.runtime().providers.keys()] },
    'listening',
  )
  process.stderr.write(renderBanner(gateway, loaded))
}

function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigError) return CONFIG_EXIT_CODE
  if (error instanceof DataDirError) return error.exitCode
  return error instanceof ModelError && error.code === 'aborted' ? INTERRUPTED_EXIT_CODE : 1
}

function warnOfModels(gateway: Gateway, holder: ConfigHolder, log: Logger): void {
  for (const warning of modelWarnings(holder.current(), gateway.runtime().models)) log.warn(warning)
}

interface ReloadOptions {
  readonly file: string | null
  readonly gateway: Gateway
  readonly holder: ConfigHolder
  readonly log: Logger
  readonly figures: ProcessFigures
}

/** On SIGHUP, and when the file changes. Returns the way to stop it. */
function reloadOnChange({ figures, file, gateway, holder, log }: ReloadOptions): () => void {
  function reload(): void {
    const result = holder.reload()
    figures.noteReload(result.status)
    if (result.status === 'error') {
      log.error({ problems: result.problems }, `the configuration was not reloaded: ${result.message}`)
      return
    }
    for (const warning of result.loaded.warnings) log.warn(warning)
    warnOfModels(gateway, holder, log)
    if (result.restartKeys.length > 0) log.warn({ keys: result.restartKeys }, 'these changes need a restart')
    log.info({ changed: result.changed }, 'configuration reloaded')
  }
  process.on('SIGHUP', reload)
  if (file === null) return () => {}
  const watch = watchConfig({ file, onChange: reload })
  return () => watch.close()
}
