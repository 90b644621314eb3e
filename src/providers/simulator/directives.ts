/** What a `[[sim …]]` directive in the last user message may steer. Times are milliseconds. */
export interface SimulatorDirectives {
  /** Words of the answer; absent: chosen from the prompt. */
  readonly tokens?: number
  readonly ttftMs: number
  readonly gapMs: number
  /** Answer with this HTTP status instead of 200. */
  readonly status?: number
  readonly retryAfterSeconds?: number
  /** Cut the connection after so many tokens. */
  readonly cutAfter?: number
  /** Fall silent after so many tokens. */
  readonly stallAfter?: number
  /** Send an error event after so many tokens. */
  readonly errorAfter?: number
  /** Call this tool instead of answering with text. */
  readonly tool?: string
  readonly finish?: string
  readonly usage: boolean
  readonly seed: number
}

const FINISH_REASONS = ['stop', 'length', 'tool_calls', 'content_filter'] as const

// No bracket inside, so that a text full of openings is read once and not once for each.
const DIRECTIVE = /\[\[sim\b([^[\]]{0,1000})\]\]/

/** A directive is a tool for tests: what it does not know it ignores, and the defaults hold. */
export function parseDirectives(prompt: string): SimulatorDirectives {
  const settings = new Map<string, string>()
  for (const pair of (DIRECTIVE.exec(prompt)?.[1] ?? '').split(/[\s,]+/)) {
    const [key, value] = pair.split('=', 2)
    if (key !== undefined && value !== undefined) settings.set(key, value)
  }
  const count = (key: string, max: number): number | undefined => {
    const text = settings.get(key)
    return text !== undefined && /^\d{1,9}$/.test(text) ? Math.min(Number(text), max) : undefined
  }
  const tokens = count('tokens', 100_000)
  const status = count('status', 599)
  const retryAfterSeconds = count('retry_after', 86_400)
  const cutAfter = count('cut', 1_000_000)
  const stallAfter = count('stall', 1_000_000)
  const errorAfter = count('error', 1_000_000)
  const tool = settings.get('tool')
  const finish = FINISH_REASONS.find((reason) => reason === settings.get('finish'))
  return {
    ttftMs: count('ttft', 3_600_000) ?? 50,
    gapMs: count('gap', 3_600_000) ?? 5,
    usage: settings.get('usage') !== 'off',
    seed: count('seed', 999_999_999) ?? 0,
    ...(tokens !== undefined && { tokens }),
    ...(status !== undefined && status >= 400 && { status }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(cutAfter !== undefined && { cutAfter }),
    ...(stallAfter !== undefined && { stallAfter }),
    ...(errorAfter !== undefined && { errorAfter }),
    ...(tool !== undefined && { tool }),
    ...(finish !== undefined && { finish }),
  }
}

export function withoutDirective(prompt: string): string {
  return prompt.replace(DIRECTIVE, '').trim()
}
