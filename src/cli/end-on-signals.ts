import { GatewayError } from '../core/errors.js'
import type { Gateway } from '../main.js'
import { type Logger, safeStack } from '../telemetry/log.js'

/** By convention 128 plus the signal's number. */
const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const

/**
 * SIGTERM and SIGINT: finish what is open, then exit with 0; a second one exits at once. An error nobody caught:
 * log it, finish what can be finished, exit with 1.
 */
export function endOnSignals(gateway: Gateway, log: Logger, onEnd: () => void): void {
  let ending = false

  async function end(exitCode: number): Promise<void> {
    ending = true
    onEnd()
    await gateway.drain()
    await gateway.close()
    log.info({ exitCode }, 'stopped')
    log.flush(() => process.exit(exitCode))
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (ending) process.exit(SIGNAL_EXIT_CODES[signal])
      log.info({ signal }, 'finishing open answers; a second signal exits at once')
      void end(0)
    })
  }
  const onCrash = (thrown: unknown): void => {
    const where = safeStack(new GatewayError('internal_error', 'uncaught', { cause: thrown }))
    log.fatal({ where }, 'an error that nobody caught; finishing open answers')
    if (!ending) void end(1)
  }
  process.on('uncaughtException', onCrash)
  process.on('unhandledRejection', onCrash)
}
