/** Request line and headers together. Both servers answer 431 above it. */
export const MAX_HEADER_BYTES = 64 * 1024
/** As uWebSockets.js has it built in. */
export const MAX_HEADER_COUNT = 98
/** A request that has begun must have all of its headers by then; uWebSockets.js has it built in. */
export const HEADERS_TIMEOUT_MS = 10_000
/** Default of `bodyGraceMs`. */
export const BODY_GRACE_MS = 20_000

/**
 * A client that is still sending when it has been refused gets time to read the answer: its bytes are read and
 * dropped for so long and up to so many, since closing a socket with unread bytes would reset the connection and may
 * take the answer away from the client.
 */
export const LINGER_MS = 5000
export const LINGER_BYTES = 16 * 1024 * 1024
