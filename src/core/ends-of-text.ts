/** Of a very long text the beginning and the end, `characters` in all: what is asked stands there. */
export function endsOfText(text: string, characters: number): string {
  if (text.length <= characters) return text
  const half = characters / 2
  return `${text.slice(0, half)} ${text.slice(text.length - half)}`
}
