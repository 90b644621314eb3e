/** Where a value stands: keys and list positions from the root. */
export type ConfigPath = readonly (string | number)[]

/** `providers.anthropic.models[0]`; keys that would read badly are quoted: `aliases["gpt 4.1"]`. */
export function formatPath(path: ConfigPath): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (/^[A-Za-z_][\w-]*$/.test(step)) text += text === '' ? step : `.${step}`
    else text += `[${JSON.stringify(step.length > 80 ? `${step.slice(0, 80)}…` : step)}]`
  }
  return text
}

/** One string per path, for sets and maps. */
export function pathKey(path: ConfigPath): string {
  return JSON.stringify(path.map(String))
}

/** The value at a path of plain data, `undefined` where the path leads nowhere. */
export function valueAt(root: unknown, path: ConfigPath): unknown {
  let value = root
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = Reflect.get(value, step)
  }
  return value
}
