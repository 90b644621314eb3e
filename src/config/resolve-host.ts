import type { Config } from './schema.js'

const LOOPBACK = '127.0.0.1'
const EVERYWHERE = '0.0.0.0'

/** The address to listen on. Without client keys nobody but this machine gets in, unless the host says so. */
export function resolveHost(config: Pick<Config, 'server' | 'auth'>): string {
  if (config.server.host !== 'auto') return config.server.host
  return config.auth.keys.length === 0 ? LOOPBACK : EVERYWHERE
}

export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.endsWith('.localhost') || /^127\.\d+\.\d+\.\d+$/.test(host)
}
