import type { Spelled } from './masked-prompt.js'

export function spell(root: string, form: string): Spelled {
  let shared = 0
  while (shared < root.length && shared < form.length && root[shared] === form[shared]) shared++
  return { length: root.length, cut: root.length - shared, ending: form.slice(shared) }
}

export const formOf = (root: string, { cut, ending }: Spelled): string => root.slice(0, root.length - cut) + ending
