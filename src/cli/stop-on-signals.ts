const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** By convention 128 plus the number of SIGINT. */
export const INTERRUPTED_EXIT_CODE = 130

/** The first Ctrl-C, or SIGTERM, aborts the work; the second ends the process. */
export async function stopOnSignals<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const onSignal = (): void => {
    stop.abort()
    release()
  }
  const release = (): void => {
    for (const signal of SIGNALS) process.removeListener(signal, onSignal)
  }
  for (const signal of SIGNALS) process.on(signal, onSignal)
  try {
    return await work(stop.signal)
  } finally {
    release()
  }
}
