import { type ConfigPath, pathKey, valueAt } from './config-path.js'

/** Takes values out of a tree and remembers what that does to list positions. */
export interface TreePruner {
  /**
   * Removes the values at these paths; a value that is not there takes what it is missing from with it.
   * @returns whether anything was there to remove
   */
  remove(paths: readonly ConfigPath[]): boolean
  /** Where the value that stands at this path now stood at first. */
  originalPath(path: ConfigPath): ConfigPath
}

export function createPruner(tree: unknown): TreePruner {
  /** Removed positions by list, both as they were at first. */
  const removed = new Map<string, number[]>()

  function originalPath(path: ConfigPath): ConfigPath {
    const original: (string | number)[] = []
    for (const step of path) original.push(typeof step === 'number' ? originalIndex(original, step) : step)
    return original
  }

  function originalIndex(list: ConfigPath, index: number): number {
    let original = index
    for (const gone of removed.get(pathKey(list)) ?? []) if (gone <= original) original += 1
    return original
  }

  function removeOne(path: ConfigPath): boolean {
    const parent = valueAt(tree, path.slice(0, -1))
    const key = path.at(-1)
    if (key === undefined || typeof parent !== 'object' || parent === null) return false
    if (!Array.isArray(parent)) return Reflect.deleteProperty(parent, key)
    const original = originalPath(path)
    const list = pathKey(original.slice(0, -1))
    removed.set(
      list,
      [...(removed.get(list) ?? []), Number(original.at(-1))].sort((a, b) => a - b),
    )
    parent.splice(Number(key), 1)
    return true
  }

  return {
    originalPath,
    remove(paths) {
      const present = new Map(paths.map((path) => existing(tree, path)).map((path) => [pathKey(path), path]))
      // From the back, so that the positions of those still to go do not move.
      const ordered = [...present.values()].sort(fromTheBack)
      return ordered.map(removeOne).some((done) => done)
    },
  }
}

/** The path itself, or the nearest thing around it that exists. */
function existing(tree: unknown, path: ConfigPath): ConfigPath {
  const parent = valueAt(tree, path.slice(0, -1))
  const key = path.at(-1)
  if (key === undefined || (typeof parent === 'object' && parent !== null && Object.hasOwn(parent, key))) return path
  return existing(tree, path.slice(0, -1))
}

function fromTheBack(a: ConfigPath, b: ConfigPath): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const [left, right] = [a[at], b[at]]
    if (left === right) continue
    return typeof left === 'number' && typeof right === 'number' ? right - left : String(left) < String(right) ? 1 : -1
  }
  return b.length - a.length
}
