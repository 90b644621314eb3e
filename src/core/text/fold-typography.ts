/**
 * One spelling for what typesetting writes in many ways: curly quotes, dashes, full-width forms, odd spaces. Case stays,
 * since names and identifiers are told by it.
 */
export function foldTypography(text: string): string {
  return text.normalize('NFKC').replace(FOLDED, foldCharacter)
}

const FOLDED = /[‘’‚‛ʼ`´“”„‟«»‐‑‒–—―−\u00ad\u200b-\u200f\ufeff]/g

function foldCharacter(character: string): string {
  if ('‘’‚‛ʼ´'.includes(character)) return "'"
  if ('“”„‟«»`'.includes(character)) return '"'
  if ('‐‑‒–—―−'.includes(character)) return '-'
  return '' // invisible
}
