/** What one look at one thing found, for people. No text of it ever holds a key. */
export interface Diagnosis {
  /** What was looked at: `redis`, `provider anthropic`. */
  readonly name: string
  /** `warn`: it works, and probably not as meant. `fail`: it does not. */
  readonly status: 'ok' | 'warn' | 'fail'
  readonly message: string
  /** What would help. */
  readonly fix?: string
}

/** A look that was not taken. */
export interface LeftOut {
  readonly name: string
  readonly reason: string
}

/** One area: what was found, and what was not looked at. */
export interface Examination {
  readonly diagnoses: readonly Diagnosis[]
  readonly leftOut?: readonly LeftOut[]
}

export function ok(name: string, message: string): Diagnosis {
  return { name, status: 'ok', message }
}

export function warn(name: string, message: string, fix: string): Diagnosis {
  return { name, status: 'warn', message, fix }
}

export function fail(name: string, message: string, fix: string): Diagnosis {
  return { name, status: 'fail', message, fix }
}

export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n', 1)[0] ?? ''
}
