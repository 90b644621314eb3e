/** Ends a switch over one of our own unions: a new member then fails to compile. */
export function assertNever(value: never): never {
  throw new TypeError(`Unexpected value: ${JSON.stringify(value)}`)
}
