// base64url without padding, for text of 8-bit characters.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

export function encodeBase64Url(text: string): string {
  let encoded = ''
  for (let i = 0; i < text.length; i += 3) {
    const left = text.length - i
    const group =
      (text.charCodeAt(i) << 16) |
      ((left > 1 ? text.charCodeAt(i + 1) : 0) << 8) |
      (left > 2 ? text.charCodeAt(i + 2) : 0)
    for (let digit = 0; digit < Math.min(4, left + 1); digit++) {
      encoded += ALPHABET.charAt((group >> (18 - 6 * digit)) & 63)
    }
  }
  return encoded
}

/** Undefined where the text is no base64url. */
export function decodeBase64Url(text: string): string | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined
  let decoded = ''
  let bits = 0
  let held = 0
  for (let i = 0; i < text.length; i++) {
    held = ((held << 6) | ALPHABET.indexOf(text.charAt(i))) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    decoded += String.fromCharCode((held >> bits) & 255)
  }
  return decoded
}

/** Escapes what base64 cannot carry, as JSON allows it. */
export function asciiOnly(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
