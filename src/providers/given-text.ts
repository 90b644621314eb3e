/** A text that is there and not empty: an empty one says the same as none. */
export function givenText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
