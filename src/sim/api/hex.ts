// Hexadecimal digits of whole numbers, from a table: engines take a microsecond for `toString(16)`, and each Pod has a
// dozen names and ids that are made of such digits.

const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

const pair = (bits: number): string => PAIRS[bits & 255] ?? ''

/** The eight digits of the lowest 32 bits. */
export const hex32 = (bits: number): string =>
  pair(bits >>> 24) + pair(bits >>> 16) + pair(bits >>> 8) + pair(bits)

/** The six digits of the lowest 24 bits. */
export const hex24 = (bits: number): string => pair(bits >>> 16) + pair(bits >>> 8) + pair(bits)

const TWO_TO_32 = 4_294_967_296

/** As many digits as a number has that is not negative and below 2^53. */
export function hex(value: number): string {
  const high = Math.floor(value / TWO_TO_32)
  return high < 16 || high > 255 ? value.toString(16) : pair(high) + hex32(value)
}
