const FIRST_MS = 500
const LONGEST_MS = 8000

export interface RetryDelayInput {
  /** Retries made before. */
  readonly retries: number
  /** As the provider asks for. */
  readonly retryAfterMs: number | undefined
  /** From 0 to 1. */
  readonly random: number
}

/**
 * How long to wait before the same call is made again: full jitter, so that clients that failed together do not come
 * back together. What the provider asks for is the least, with a little jitter on top for the same reason.
 */
export function chooseRetryDelayMs({ random, retries, retryAfterMs }: RetryDelayInput): number {
  if (retryAfterMs !== undefined) return retryAfterMs + random * FIRST_MS
  return random * Math.min(LONGEST_MS, FIRST_MS * 2 ** retries)
}
