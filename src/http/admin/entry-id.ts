/** Nothing else is asked of a store: what a client writes may be no key at all there. */
export function isEntryId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text)
}
