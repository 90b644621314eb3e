/** What a canvas needs of the style sheets. Asked anew after each change of theme. */
export type ReadColour = (token: string) => string

/** Canvases know no custom properties, and those hold no colours before somebody uses them: so a probe does. */
export function createColours(): { readonly read: ReadColour; refresh(): void } {
  const probe = document.createElement('span')
  probe.hidden = true
  document.body.append(probe)
  const known = new Map<string, string>()
  return {
    read(token) {
      const colour = known.get(token) ?? resolve(token)
      known.set(token, colour)
      return colour
    },
    refresh: () => known.clear(),
  }

  function resolve(token: string): string {
    probe.style.color = `var(--${token})`
    return getComputedStyle(probe).color
  }
}
