/** What the gateway says is wrong. */
export interface Problem {
  readonly code: string
  readonly message: string
}

/** Of an answer that is no success. What stands between the page and the gateway may answer in other words. */
export async function readProblem(response: Response): Promise<Problem> {
  const fallback = { code: `http_${response.status}`, message: `The gateway answered ${response.status}.` }
  try {
    const { error } = (await response.json()) as { readonly error?: Partial<Problem> } // checked below
    return { code: error?.code ?? fallback.code, message: error?.message ?? fallback.message }
  } catch {
    return fallback
  }
}

/** Of something thrown: a problem, or by `fetch`, when nobody answers. */
export function problemOf(thrown: unknown): Problem {
  if (isProblem(thrown)) return thrown
  const message = thrown instanceof TypeError ? 'The gateway does not answer.' : String(thrown)
  return { code: 'unreachable', message }
}

function isProblem(thrown: unknown): thrown is Problem {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    'code' in thrown &&
    'message' in thrown &&
    !(thrown instanceof Error)
  )
}
