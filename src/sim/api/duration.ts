// Durations: Go's text form (`1h30m`, `500ms`), and the short form of ages in tables (`5m10s`, `3d4h`).
// Models time.ParseDuration, with microseconds as the finest unit, and apimachinery/pkg/util/duration.

const NANOS_PER_UNIT: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}
/** A Go duration is a count of nanoseconds in 64 bits. */
const MAX_NANOS = 0x7fff_ffff_ffff_ffffn
const DURATION = /^([+-]?)((?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)$/
const PART = /([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)/g

/** Microseconds, or undefined where the text is no duration. */
export function parseDuration(text: string): number | undefined {
  if (text === '0' || text === '-0' || text === '+0') return 0
  const signed = DURATION.exec(text)
  if (signed === null) return undefined
  const [, sign, body = ''] = signed
  let nanos = 0n
  for (const [, whole = '', fraction = '', unit = ''] of body.matchAll(PART)) {
    const perUnit = NANOS_PER_UNIT[unit] ?? 0n
    nanos += BigInt(`0${whole}`) * perUnit + (BigInt(`0${fraction}`) * perUnit) / tenTo(fraction.length)
  }
  if (nanos > MAX_NANOS) return undefined
  const micros = Number(nanos / 1000n)
  return sign === '-' && micros !== 0 ? -micros : micros
}

function tenTo(exponent: number): bigint {
  return BigInt(`1${'0'.repeat(exponent)}`)
}

/** Go's `Duration.String`: `1h30m0s`, `1.5s`, `500ms`, `0s`. */
export function formatDuration(micros: number): string {
  if (micros === 0) return '0s'
  const sign = micros < 0 ? '-' : ''
  const total = Math.abs(micros)
  if (total < 1000) return `${sign}${total}µs`
  if (total < 1_000_000) return `${sign}${decimal(total, 1000)}ms`
  const hours = Math.floor(total / 3_600_000_000)
  const minutes = Math.floor((total % 3_600_000_000) / 60_000_000)
  const seconds = `${decimal(total % 60_000_000, 1_000_000)}s`
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`
}

function decimal(value: number, unit: number): string {
  const digits = String(unit).length - 1
  const fraction = String(value % unit)
    .padStart(digits, '0')
    .replace(/0+$/, '')
  return `${Math.floor(value / unit)}${fraction === '' ? '' : `.${fraction}`}`
}

/** How a table prints an age: two units at most, and fewer as it grows. */
export function formatAge(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return twoUnits(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return twoUnits(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.floor(hours / 24)
  if (days < 8) return twoUnits(days, 'd', hours % 24, 'h')
  if (days < 730) return `${days}d`
  const years = Math.floor(days / 365)
  return years < 8 ? twoUnits(years, 'y', days % 365, 'd') : `${years}y`
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`
}
