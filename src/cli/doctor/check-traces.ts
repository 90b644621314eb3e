import type { Environment } from '../../config/interpolate.js'
import { resolveTraces } from '../../config/resolve-traces.js'
import type { Config } from '../../config/schema.js'
import { maskUrl } from '../../config/secrets.js'
import { packageVersion } from '../../package-root.js'
import { type Diagnosis, fail, messageOf, ok, warn } from './diagnosis.js'

const NAME = 'traces'

/** Sends the collector no trace at all, with the headers and certificates that traces go with. */
export async function checkTraces(config: Config, env: Environment): Promise<readonly Diagnosis[]> {
  const settings = resolveTraces(config, env)
  if (settings === null) return []
  const { format, url, warnings } = settings
  const noted = warnings.map((warning) => warn(NAME, warning, 'Correct the variable.'))
  const { createOtlpCollector } = await import('../../telemetry/traces/otlp-collector.js')
  const collector = createOtlpCollector({ url, format, version: packageVersion(), instanceId: 'doctor' })
  try {
    await collector.send([])
    return [...noted, ok(NAME, `${maskUrl(url)} takes them`)]
  } catch (error) {
    const fix =
      'Check telemetry.otlpEndpoint (or OTEL_EXPORTER_OTLP_ENDPOINT): it is the port for OTLP over HTTP, often 4318.'
    return [...noted, fail(NAME, `${maskUrl(url)} does not take them: ${messageOf(error)}`, fix)]
  } finally {
    await collector.close()
  }
}
