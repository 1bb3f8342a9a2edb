// Whether a text is an IP address or a CIDR, as fields that predate the strict rules take it: leading zeros and
// IPv4-mapped addresses pass. Models apimachinery/pkg/util/validation/ip.go without its warnings.

export function isIPv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^[0-9]+$/.test(part) && Number(part) <= 255)
}

/** An IPv4 address may stand for the last two groups. */
export function isIPv6(text: string): boolean {
  const lastColon = text.lastIndexOf(':')
  const tail = text.slice(lastColon + 1)
  if (tail.includes('.')) return isIPv4(tail) && isIPv6(`${text.slice(0, lastColon)}:0:0`)
  if (!/^[0-9a-fA-F:]+$/.test(text) || text.includes(':::')) return false
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const wellFormed = groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))
  return wellFormed && (halves.length === 2 ? groups.length < 8 : groups.length === 8)
}

/** `10.0.0.0/8` or an IPv6 prefix. */
export function isCIDR(text: string): boolean {
  const [address, bits, ...rest] = text.split('/')
  if (address === undefined || bits === undefined || rest.length > 0) return false
  if (!/^[0-9]+$/.test(bits)) return false
  return (isIPv4(address) && Number(bits) <= 32) || (isIPv6(address) && Number(bits) <= 128)
}
