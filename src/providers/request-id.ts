const REQUEST_ID = /^[\w.:+/=-]{1,128}$/

/** A provider's name for the request, unless it is something that should not stand in a log. */
export function parseRequestId(id: unknown): string | undefined {
  return typeof id === 'string' && REQUEST_ID.test(id) ? id : undefined
}
