import { stringify } from 'yaml'
import type { ConfigPath } from './config-path.js'
import type { LoadedConfig } from './load.js'
import { collectSecrets, maskText, removeSecrets, secrecyOf } from './secrets.js'

/**
 * The effective configuration as YAML, for people. Keys, passwords and headers that may be credentials are masked, and
 * so is every text that holds one of them.
 */
export function printConfig({ config, file, providersOff, warnings }: LoadedConfig): string {
  const secrets = collectSecrets(config)
  const notes = [
    `# ${file ?? 'no configuration file: built-in defaults and the environment'}`,
    ...providersOff.map(({ name, reason }) => `# provider ${name} is off: ${reason}`),
    ...warnings.map((warning) => `# warning: ${warning}`),
  ].map((note) => removeSecrets(note.replaceAll(/[\r\n]+/g, ' '), secrets))
  const masked = mask(config, [], secrets)
  return `${notes.join('\n')}\n${stringify(masked, { lineWidth: 0, aliasDuplicateObjects: false })}`
}

function mask(value: unknown, path: ConfigPath, secrets: readonly string[]): unknown {
  if (typeof value === 'string') {
    const secrecy = secrecyOf(path)
    const shown = maskText(value, secrecy)
    // A masked hash shows a part of itself on purpose.
    return secrecy === 'hash' ? shown : removeSecrets(shown, secrets)
  }
  if (Array.isArray(value)) return value.map((item, index) => mask(item, [...path, index], secrets))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mask(item, [...path, key], secrets)]))
}
