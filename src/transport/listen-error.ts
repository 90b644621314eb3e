import { createServer } from 'node:net'

/** The reason why no server can listen there, as the system names it; undefined when one could. */
export function probeListen(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', resolve)
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(undefined)))
  })
}

/** Why the server could not start, and what would help. Keeps the system's `code`. */
export function listenError(
  host: string,
  port: number,
  cause: NodeJS.ErrnoException,
): Error & { readonly code: string } {
  const code = cause.code ?? 'EUNKNOWN'
  return Object.assign(new Error(`Cannot listen on ${host}:${port}: ${explain(code, cause)}`, { cause }), { code })
}

function explain(code: string, cause: Error): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'the port is in use. Stop the other process or choose another port (server.port or PORT).'
    case 'EACCES':
      return 'no permission. Ports below 1024 usually need extra rights; choose a higher one (server.port or PORT).'
    case 'EADDRNOTAVAIL':
      return 'no network interface here has this address. Check server.host or HOST.'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the host name cannot be resolved. Check server.host or HOST.'
    default:
      return cause.message
  }
}
