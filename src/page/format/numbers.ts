/** Numbers as the page shows them: short, with their unit, and `–` for what there is not. */
export const NOTHING = '–'

/** Three digits that matter: `0.31 ms`, `12.4 ms`, `340 ms`, `1.25 s`, `12.0 s`. */
export function formatMs(ms: number | null): string {
  if (ms === null) return NOTHING
  return ms < 999.5 ? `${threeDigits(ms)} ms` : `${threeDigits(ms / 1000)} s`
}

/** `0`, `0.4`, `12.3`, `1,240` */
export function formatRate(perSecond: number | null): string {
  if (perSecond === null) return NOTHING
  return perSecond < 99.95 ? trimZeros(perSecond.toFixed(1)) : formatCount(Math.round(perSecond))
}

export function formatCount(count: number | null): string {
  return count === null ? NOTHING : count.toLocaleString('en-US')
}

/** `12.3 %`; what is more than nothing never reads as nothing. */
export function formatShare(share: number | null): string {
  if (share === null) return NOTHING
  if (share > 0 && share < 0.0005) return '< 0.1 %'
  return `${trimZeros((share * 100).toFixed(1))} %`
}

/** Dollars of an exact decimal, short: `$0`, `$0.000012`, `$0.0123`, `$4.56`, `$1,234`. */
export function formatDollars(decimal: string | number | null): string {
  if (decimal === null) return NOTHING
  const dollars = Number(decimal)
  const sign = dollars < 0 ? '−' : ''
  return `${sign}$${shortAmount(Math.abs(dollars))}`
}

/** On axes, where numbers are round: `100 ms` and not `100.0 ms`. */
export function withoutZeros(text: string): string {
  return text.replace(/(\.\d*?)0+(?=\D|$)/, '$1').replace(/\.(?=\D|$)/, '')
}

function shortAmount(dollars: number): string {
  if (dollars === 0) return '0'
  if (dollars >= 1000) return formatCount(Math.round(dollars))
  if (dollars >= 1) return dollars.toFixed(2)
  // Two digits that matter, however small.
  const decimals = Math.min(12, 1 - Math.floor(Math.log10(dollars)))
  return trimZeros(dollars.toFixed(decimals))
}

function threeDigits(value: number): string {
  if (value >= 99.95) return value.toFixed(0)
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2)
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
