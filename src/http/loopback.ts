/** Does a `Host` header name this machine itself? The port does not matter. */
export function isLoopbackHost(host: string): boolean {
  const name = host.startsWith('[') ? host.slice(1, host.indexOf(']')) : host.replace(/:\d*$/, '')
  return isLoopbackName(name.toLowerCase())
}

/** Is this address or name, as configured for listening, only reachable from this machine? */
export function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name)
}
