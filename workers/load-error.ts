/** A model that cannot be used. Says which setting of the setup is wrong, which file it names, and why. */
export class ModelLoadError extends Error {
  constructor(field: string, file: string, reason: string) {
    super(`${field} (${file}): ${reason}`)
    this.name = 'ModelLoadError'
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
