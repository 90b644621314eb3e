type Child = Node | string | number
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

/**
 * Makes an element. Text stays text: nothing here is ever read as HTML.
 * @param attributes `true` sets an attribute without a value; `false` and undefined leave it out
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    made.setAttribute(name, value === true ? '' : String(value))
  }
  made.append(...children.map((child) => (typeof child === 'number' ? String(child) : child)))
  return made
}
