/** Does a `Host` header name this machine itself? The port does not matter. */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/:\d*$/, '').toLowerCase()
  return name === '[::1]' || (name !== '::1' && isLoopbackName(name))
}

/** Is this address or name, as configured for listening, only reachable from this machine? */
export function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name)
}
