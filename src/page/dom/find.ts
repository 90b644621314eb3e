/** The element with this id. The page brings them all; one that is missing is a mistake of ours. */
export function find<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id)
  if (found instanceof type) return found
  throw new Error(`The page has no ${type.name} with the id ${id}.`)
}
