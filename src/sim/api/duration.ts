// Durations: Go's text form (`1h30m`, `500ms`), and the short form of ages in tables (`5m10s`, `3d4h`).
// Models time.ParseDuration, with microseconds as the finest unit, and apimachinery/pkg/util/duration.

const MICROS_PER_UNIT: Readonly<Record<string, number>> = {
  us: 1,
  µs: 1,
  ms: 1000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
}

/** Microseconds, or undefined where the text is no duration. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0
  const signed = /^([+-]?)((?:[0-9]+(?:\.[0-9]*)?(?:us|µs|ms|s|m|h)|\.[0-9]+(?:us|µs|ms|s|m|h))+)$/.exec(text)
  if (signed === null) return undefined
  const [, sign, body = ''] = signed
  let micros = 0
  for (const [, whole = '', fraction = '', unit = ''] of body.matchAll(
    /([0-9]*)(?:\.([0-9]*))?(us|µs|ms|s|m|h)/g,
  )) {
    const perUnit = MICROS_PER_UNIT[unit] ?? 0
    micros +=
      Number(whole) * perUnit + Math.trunc((Number(`0${fraction}`) * perUnit) / tenTo(fraction.length))
  }
  return sign === '-' ? -micros : micros
}

function tenTo(exponent: number): number {
  let power = 1
  for (let i = 0; i < exponent; i++) power *= 10
  return power
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
