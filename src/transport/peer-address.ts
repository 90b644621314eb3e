/** The address of a socket in binary form (4 or 16 bytes) as text; IPv4 in IPv6 as IPv4. */
export function renderAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.length !== 16) return ''
  if (isMappedIpv4(bytes)) return bytes.subarray(12).join('.')
  const groups: string[] = []
  for (let at = 0; at < 16; at += 2) groups.push((((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16))
  return shortenIpv6(groups)
}

/** `::ffff:10.0.0.1`, as sockets that serve both families name IPv4 peers → `10.0.0.1`. */
export function plainAddress(text: string): string {
  return text.startsWith('::ffff:') && text.includes('.') ? text.slice('::ffff:'.length) : text
}

function isMappedIpv4(bytes: Uint8Array): boolean {
  return bytes[10] === 0xff && bytes[11] === 0xff && bytes.subarray(0, 10).every((byte) => byte === 0)
}

/** RFC 5952: the first of the longest runs of zero groups becomes `::`; a single group is left alone. */
function shortenIpv6(groups: readonly string[]): string {
  let longestAt = 0
  let longest = 1
  for (let at = 0; at < groups.length; at++) {
    let run = 0
    while (groups[at + run] === '0') run++
    if (run > longest) {
      longest = run
      longestAt = at
    }
  }
  if (longest < 2) return groups.join(':')
  return `${groups.slice(0, longestAt).join(':')}::${groups.slice(longestAt + longest).join(':')}`
}
