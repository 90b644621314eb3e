import { createDirectory } from '../../build-runtime.js'
import { ConfigError } from '../../config/config-error.js'
import { resolveDataDir } from '../../config/data-dir.js'
import { type LoadedConfig, loadConfig } from '../../config/load.js'
import { collectSecrets, removeSecrets } from '../../config/secrets.js'
import { packageRoot } from '../../package-root.js'
import { localModels } from '../local-models.js'
import { modelWarnings } from '../model-warnings.js'
import { checkCertificate } from './check-certificate.js'
import { checkClientKeys } from './check-client-keys.js'
import { checkClock } from './check-clock.js'
import { checkDataDir } from './check-data-dir.js'
import { checkEntryLibrary } from './check-entry-library.js'
import { checkFileLimit } from './check-file-limit.js'
import { checkInference } from './check-inference.js'
import { checkModels } from './check-models.js'
import { checkNode } from './check-node.js'
import { checkMetricsPort, checkPort } from './check-port.js'
import { checkProviders, checkProvidersOff } from './check-providers.js'
import { checkRedis } from './check-redis.js'
import { checkTraces } from './check-traces.js'
import { checkTransport } from './check-transport.js'
import { type Diagnosis, type Examination, fail, type LeftOut, messageOf, ok, warn } from './diagnosis.js'

export interface ExamineOptions {
  /** Configuration file. */
  readonly file: string | undefined
  /** Calls nobody beyond this machine and the Redis. */
  readonly isOffline: boolean
}

/** Looks at all that the gateway needs. A look that fails in an unforeseen way is a failure like others. */
export async function examine({ file, isOffline }: ExamineOptions): Promise<Examination> {
  const installation = [
    checkNode(process.versions.node),
    ...(await look('transport', checkTransport)),
    ...(await look('lmdb', checkEntryLibrary)),
  ]
  let loaded: LoadedConfig
  try {
    loaded = loadConfig({ file, env: process.env, cwd: process.cwd() })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const leftOut = [{ name: 'everything that the configuration decides', reason: 'it is wrong' }]
    return { diagnoses: [...brokenConfig(error), ...installation], leftOut }
  }
  const { diagnoses, leftOut = [] } = await examineLoaded(loaded, isOffline)
  const all = [...goodConfig(loaded), ...installation, ...diagnoses]
  return { diagnoses: withoutSecrets(all, loaded), leftOut }
}

async function examineLoaded(loaded: LoadedConfig, isOffline: boolean): Promise<Examination> {
  const { config } = loaded
  const dataDir = resolveDataDir(config, process.env)
  const places = { packageRoot: packageRoot(), dataDir }
  const port = await checkPort(config)
  const isExclusive = config.cache.store === 'embedded'
  const network = isOffline ? NOBODY_ASKED : await askNetwork(loaded)
  const diagnoses = [
    ...checkProvidersOff(loaded),
    ...network.diagnoses,
    ...checkClientKeys(config.auth, Date.now()),
    ...(config.cache.store === 'redis' ? await look('redis', () => checkRedis(config.cache.redis)) : []),
    ...(await checkModels(config, places)),
    ...(await look('onnxruntime', () => checkInference(config, places))),
    port.diagnosis,
    ...(await look('metrics port', () => checkMetricsPort(config, port.isOurs))),
    ...(await look('certificate', () => checkCertificate(config.server.tls, Date.now()))),
    ...(await look('data folder', () => checkDataDir({ dataDir, isServing: port.isOurs, isExclusive }))),
    checkFileLimit(config.server.maxConcurrentRequests),
  ]
  return { diagnoses, leftOut: network.leftOut ?? [] }
}

const NOBODY_ASKED: Examination = {
  diagnoses: [],
  leftOut: [{ name: 'keys of providers, clock, collector of traces', reason: '--offline' }],
}

async function askNetwork({ config }: LoadedConfig): Promise<Examination> {
  let clock: Diagnosis | undefined
  const diagnoses = await look('providers', async () => {
    const asked = await checkProviders(config)
    clock = checkClock(asked.clocks)
    return asked.diagnoses
  })
  const traces = await look('traces', () => checkTraces(config, process.env))
  if (clock !== undefined) return { diagnoses: [...diagnoses, clock, ...traces] }
  const leftOut: readonly LeftOut[] = [{ name: 'clock', reason: 'no provider told the time' }]
  return { diagnoses: [...diagnoses, ...traces], leftOut }
}

type Found = Diagnosis | readonly Diagnosis[] | undefined

async function look(name: string, check: () => Found | Promise<Found>): Promise<readonly Diagnosis[]> {
  try {
    const found = await check()
    return found === undefined ? [] : 'status' in found ? [found] : found
  } catch (error) {
    return [fail(name, `could not be looked at: ${messageOf(error)}`, 'Read the reason; it names what is missing.')]
  }
}

function goodConfig({ config, file, warnings }: LoadedConfig): readonly Diagnosis[] {
  const all = [...warnings, ...modelWarnings(config, createDirectory(config, localModels()))]
  const place = file ?? 'built-in defaults and the environment'
  const noted = all.map((warning) => warn('config', warning, `Change it in ${place}, if it is not meant so.`))
  return [ok('config', `${place}: valid`), ...noted]
}

function brokenConfig({ file, problems }: ConfigError): readonly Diagnosis[] {
  return problems.map(({ expected, found, hint, line, path }) => {
    const where = line === undefined ? path : `${path} (line ${line})`
    const fix = hint ?? `Write ${expected}${file === null ? '' : ` in ${file}`}.`
    return fail('config', `${where}: expected ${expected}, found ${found}`, fix)
  })
}

/** Whatever a library or a server wrote into its message. */
function withoutSecrets(diagnoses: readonly Diagnosis[], { config }: LoadedConfig): readonly Diagnosis[] {
  const secrets = collectSecrets(config)
  return diagnoses.map(({ fix, message, ...rest }) => ({
    ...rest,
    message: removeSecrets(message, secrets),
    ...(fix !== undefined && { fix: removeSecrets(fix, secrets) }),
  }))
}
