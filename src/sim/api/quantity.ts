// Quantities such as `100m`, `1.5Gi` or `12e6`: exact fixed-point numbers with a remembered suffix family.
// Models apimachinery/pkg/api/resource: values are whole numbers of 10^-9, smaller amounts round away from
// zero, and the canonical form has no fraction and the largest suffix that fits.

export type QuantityFormat = 'BinarySI' | 'DecimalSI' | 'DecimalExponent'

export interface Quantity {
  readonly nano: bigint
  readonly format: QuantityFormat
}

const QUANTITY_FORMAT_ERROR =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const SUFFIX_ERROR = "unable to parse quantity's suffix"

const NUMERIC_ERROR = 'unable to parse numeric part of quantity'

const NANO_PER_UNIT = 1_000_000_000n
const NANO_PER_MILLI = 1_000_000n
const MAX_NANO = 9_223_372_036_854_775_807n * NANO_PER_UNIT
const SYNTAX = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/

interface Suffix {
  readonly base: 2 | 10
  readonly exponent: number
  readonly format: QuantityFormat
}

const SUFFIXES: Readonly<Record<string, Suffix>> = {
  Ki: { base: 2, exponent: 10, format: 'BinarySI' },
  Mi: { base: 2, exponent: 20, format: 'BinarySI' },
  Gi: { base: 2, exponent: 30, format: 'BinarySI' },
  Ti: { base: 2, exponent: 40, format: 'BinarySI' },
  Pi: { base: 2, exponent: 50, format: 'BinarySI' },
  Ei: { base: 2, exponent: 60, format: 'BinarySI' },
  n: { base: 10, exponent: -9, format: 'DecimalSI' },
  u: { base: 10, exponent: -6, format: 'DecimalSI' },
  m: { base: 10, exponent: -3, format: 'DecimalSI' },
  '': { base: 10, exponent: 0, format: 'DecimalSI' },
  k: { base: 10, exponent: 3, format: 'DecimalSI' },
  M: { base: 10, exponent: 6, format: 'DecimalSI' },
  G: { base: 10, exponent: 9, format: 'DecimalSI' },
  T: { base: 10, exponent: 12, format: 'DecimalSI' },
  P: { base: 10, exponent: 15, format: 'DecimalSI' },
  E: { base: 10, exponent: 18, format: 'DecimalSI' },
}

const DECIMAL_SUFFIXES: readonly string[] = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const BINARY_SUFFIXES: readonly string[] = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']

/** The value, or the apiserver's text of what is wrong with it. */
export function parseQuantity(text: string): Quantity | { readonly error: string } {
  const match = text === '' ? null : SYNTAX.exec(text)
  if (match === null) return { error: QUANTITY_FORMAT_ERROR }
  const [, sign = '', whole = '', fraction = '', suffixText = ''] = match
  const suffix = suffixOf(suffixText)
  if (suffix === undefined) return { error: SUFFIX_ERROR }
  // Upstream's 64-bit path takes a missing number for zero, so `Mi` alone is `0`; its other path refuses it.
  if (whole + fraction === '' && (suffix.base === 2 ? suffix.exponent >= 50 : suffix.exponent < -9))
    return { error: NUMERIC_ERROR }

  let nano = scaledNano(BigInt(`0${whole}${fraction}`), fraction.length, suffix)
  let format = suffix.format
  if (format === 'BinarySI') {
    if (nano > MAX_NANO) nano = MAX_NANO
    if (nano > 0n && nano < NANO_PER_UNIT) format = 'DecimalSI'
  }
  return { nano: sign === '-' ? -nano : nano, format }
}

/** Parses what validation has let through already. */
export function quantity(text: string): Quantity {
  const parsed = parseQuantity(text)
  if ('error' in parsed) throw new Error(`${parsed.error}: "${text}"`)
  return parsed
}

function isQuantityError(
  parsed: Quantity | { readonly error: string },
): parsed is { readonly error: string } {
  return 'error' in parsed
}

/**
 * The text that the apiserver stores for a text. Upstream keeps a short text as it came where it takes it for
 * canonical already, which lets `1.500` and `+4Gi` through. In a list of resources the defaults also round
 * up to thousandths.
 */
export function storedQuantity(
  text: string,
  inResourceList: boolean,
): { readonly text: string } | { readonly error: string } {
  const trimmed = text.trim()
  const scale = keptScale(trimmed)
  if (scale !== undefined && (!inResourceList || scale >= -3)) return { text: trimmed }
  const parsed = parseQuantity(trimmed)
  if ('error' in parsed) return parsed
  if (!inResourceList) return { text: formatQuantity(parsed) }
  const nano = roundUp(parsed.nano, NANO_PER_MILLI) * NANO_PER_MILLI
  return { text: formatQuantity({ nano, format: parsed.format }) }
}

/** The power of ten of the last digit, where upstream keeps the text; it does so in its 64-bit path only. */
function keptScale(text: string): number | undefined {
  if (text === '0') return 0
  const [, , whole = '', fraction = '', suffixText = ''] = SYNTAX.exec(text) ?? []
  const suffix = suffixOf(suffixText)
  const digits = whole.replace(/^0+/, '') || '0'
  if (suffix === undefined) return undefined
  if (suffix.base === 2) {
    // About three decimal digits are lost to each 1024; 14 are what is left to begin with.
    const room = 14 - digits.length - Math.trunc((suffix.exponent * 3) / 10)
    return fraction === '' && room >= 0 && BigInt(digits) % 8n !== 0n ? 0 : undefined
  }
  const shifted = digits + fraction
  const scale = suffix.exponent - fraction.length
  const fits = shifted.length <= 18 && scale >= -9 && scale % 3 === 0
  return fits && !shifted.endsWith('000') && !shifted.startsWith('0') ? scale : undefined
}

function suffixOf(text: string): Suffix | undefined {
  const known = Object.hasOwn(SUFFIXES, text) ? SUFFIXES[text] : undefined
  if (known !== undefined) return known
  const exponent = /^[eE]([+-]?[0-9]{1,9})$/.exec(text)?.[1]
  return exponent === undefined
    ? undefined
    : { base: 10, exponent: Number(exponent), format: 'DecimalExponent' }
}

/** digits × 10^-fractionDigits × suffix, in nano, rounded away from zero. */
function scaledNano(digits: bigint, fractionDigits: number, suffix: Suffix): bigint {
  if (digits === 0n) return 0n
  if (suffix.base === 2) {
    const scaled = (digits << BigInt(suffix.exponent)) * NANO_PER_UNIT
    return divideUp(scaled, tenTo(fractionDigits))
  }
  const exponent = suffix.exponent - fractionDigits + 9
  // Past these bounds the result is known, and the power itself would be too large to build.
  if (exponent < -400) return 1n
  if (exponent > 400) return digits * tenTo(400)
  return exponent >= 0 ? digits * tenTo(exponent) : divideUp(digits, tenTo(-exponent))
}

function tenTo(exponent: number): bigint {
  return BigInt(`1${'0'.repeat(exponent)}`)
}

function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor
}

/** The canonical text, as the apiserver stores it. */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return '0'
  if (format === 'BinarySI') {
    const small = nano > -1024n * NANO_PER_UNIT && nano < 1024n * NANO_PER_UNIT
    if (!small && nano % NANO_PER_UNIT === 0n) return formatBinary(nano / NANO_PER_UNIT)
  }
  return formatDecimal(nano, format === 'DecimalExponent')
}

function formatBinary(value: bigint): string {
  let mantissa = value
  let step = 0
  while (mantissa % 1024n === 0n && step < BINARY_SUFFIXES.length - 1) {
    mantissa /= 1024n
    step++
  }
  return `${mantissa}${BINARY_SUFFIXES[step] ?? ''}`
}

function formatDecimal(nano: bigint, asExponent: boolean): string {
  let mantissa = nano
  let step = 0
  const last = asExponent ? Number.MAX_SAFE_INTEGER : DECIMAL_SUFFIXES.length - 1
  while (mantissa % 1000n === 0n && step < last) {
    mantissa /= 1000n
    step++
  }
  const exponent = step * 3 - 9
  if (asExponent) return exponent === 0 ? `${mantissa}` : `${mantissa}e${exponent}`
  return `${mantissa}${DECIMAL_SUFFIXES[step] ?? ''}`
}

/** The canonical text of a text, or undefined where it does not parse. */
export function canonicalQuantity(text: string): string | undefined {
  const parsed = parseQuantity(text)
  return isQuantityError(parsed) ? undefined : formatQuantity(parsed)
}

export function compareQuantities(a: Quantity, b: Quantity): -1 | 0 | 1 {
  if (a.nano === b.nano) return 0
  return a.nano < b.nano ? -1 : 1
}

/** The sum keeps the format of the first, unless that is zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano + b.nano, format: a.nano === 0n ? b.format : a.format }
}

export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano - b.nano, format: a.nano === 0n ? b.format : a.format }
}

// The scheduler and the kubelet read cpu in thousandths and all else in units, both as plain numbers.
// Nearly every quantity in a cluster is digits and a plain suffix, so that case is worth a short way.

const FAST: Readonly<Record<string, number>> = {
  '': 1000,
  m: 1,
  Ki: 1024 * 1000,
  Mi: 1024 * 1024 * 1000,
  Gi: 1024 * 1024 * 1024 * 1000,
  k: 1_000_000,
  M: 1_000_000_000,
  G: 1_000_000_000_000,
}

/** Thousandths, rounded up. */
export function milliValue(text: string): number {
  return fastMilli(text) ?? Number(roundUp(quantity(text).nano, NANO_PER_MILLI))
}

/** Whole units, rounded up: `100m` of anything is 1. */
export function unitValue(text: string): number {
  const milli = fastMilli(text)
  return milli === undefined ? Number(roundUp(quantity(text).nano, NANO_PER_UNIT)) : Math.ceil(milli / 1000)
}

/** Undefined where the text is not digits and a plain suffix, or the result is not exact in a number. */
function fastMilli(text: string): number | undefined {
  let end = 0
  let value = 0
  for (; end < text.length; end++) {
    const digit = text.charCodeAt(end) - 48
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
  }
  if (end === 0) return undefined
  const factor = FAST[text.slice(end)]
  if (factor === undefined) return undefined
  const milli = value * factor
  return milli <= Number.MAX_SAFE_INTEGER ? milli : undefined
}

function roundUp(nano: bigint, divisor: bigint): bigint {
  return nano >= 0n ? divideUp(nano, divisor) : -divideUp(-nano, divisor)
}
