// RFC 3339 times from virtual time. Virtual time counts microseconds from 2026-01-01T00:00:00Z.
// Civil dates are computed by hand (days from civil, after Howard Hinnant), since the simulation has no Date.
import { remembering } from '../kernel/remembering.ts'

const MICROS_PER_SECOND = 1_000_000
const SECONDS_PER_DAY = 86_400

/** Seconds from 1970 to the virtual epoch. */
export const VIRTUAL_EPOCH_SECONDS = daysFromCivil(2026, 1, 1) * SECONDS_PER_DAY

// cache: the texts of the latest seconds, at most 16, which objects share: a status tells of the last few seconds. Joined,
// since what is added up stays in pieces.
const textOf = remembering(16, (seconds: number) => [dateAndTime(seconds), 'Z'].join(''))

/** metav1.Time: whole seconds, cut and not rounded. */
export const formatTime = (micros: number): string => textOf(Math.floor(micros / MICROS_PER_SECOND))

/** metav1.MicroTime: always six decimals. */
export function formatMicroTime(micros: number): string {
  const seconds = Math.floor(micros / MICROS_PER_SECOND)
  return [dateAndTime(seconds), '.', pad(micros - seconds * MICROS_PER_SECOND, 6), 'Z'].join('')
}

const RFC3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/

/** Virtual microseconds of an RFC 3339 time, or undefined where it is none. */
export function parseTime(text: string): number | undefined {
  return parsePlain(text) ?? parseAny(text)
}

/** The times that the cluster itself writes: whole seconds of UTC. Undefined for all others. */
function parsePlain(text: string): number | undefined {
  if (text.length !== 20 || text[4] !== '-' || text[7] !== '-' || text[10] !== 'T') return undefined
  if (text[13] !== ':' || text[16] !== ':' || text[19] !== 'Z') return undefined
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  const month = twoDigits(text, 5)
  const day = twoDigits(text, 8)
  const hour = twoDigits(text, 11)
  const minute = twoDigits(text, 14)
  const second = twoDigits(text, 17)
  // In every month there are 28 days; what is not a number fails every comparison.
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= 28)) return undefined
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return undefined
  const days = daysFromCivil(year, month, day) * SECONDS_PER_DAY
  return (days + hour * 3600 + minute * 60 + second - VIRTUAL_EPOCH_SECONDS) * MICROS_PER_SECOND
}

/** Years in which a time survives being counted in microseconds: numbers are exact up to 2^53. */
const FIRST_YEAR = 1900
const LAST_YEAR = 2200

/** Whether a text is what `formatTime` makes of its own time. False also for rare ones that are. */
export function isCanonicalTime(text: string): boolean {
  return text.length === 20 && text.charCodeAt(19) === UPPER_Z && isPlainMoment(text)
}

/** The same for `formatMicroTime`. */
export function isCanonicalMicroTime(text: string): boolean {
  if (text.length !== 27 || text.charCodeAt(26) !== UPPER_Z || text.charCodeAt(19) !== POINT) return false
  for (let at = 20; at < 26; at += 2) if (Number.isNaN(twoDigits(text, at))) return false
  return isPlainMoment(text)
}

const UPPER_T = 84
const UPPER_Z = 90
const DASH = 45
const COLON = 58
const POINT = 46

/** `2026-01-01T00:00:00` at the beginning of a text. */
function isPlainMoment(text: string): boolean {
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH || text.charCodeAt(10) !== UPPER_T)
    return false
  if (text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return false
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  if (!(year >= FIRST_YEAR && year < LAST_YEAR)) return false
  const month = twoDigits(text, 5)
  const day = twoDigits(text, 8)
  // In every month there are 28 days; what is not a number fails every comparison.
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 28)) return false
  return twoDigits(text, 11) <= 23 && twoDigits(text, 14) <= 59 && twoDigits(text, 17) <= 59
}

/** NaN where one of the two is no digit. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

function parseAny(text: string): number | undefined {
  const match = RFC3339.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHours, offsetMinutes] = match
  const [y, mo, d, h, mi, s] = [
    Number(year),
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  ]
  if (mo < 1 || mo > 12 || d < 1 || d > daysInMonth(y, mo) || h > 23 || mi > 59 || s > 59) return undefined
  const offset =
    sign === undefined ? 0 : (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -60 : 60)
  const seconds = daysFromCivil(y, mo, d) * SECONDS_PER_DAY + h * 3600 + mi * 60 + s - offset
  const micros = Number(fraction.slice(0, 6).padEnd(6, '0'))
  return (seconds - VIRTUAL_EPOCH_SECONDS) * MICROS_PER_SECOND + micros
}

function dateAndTime(virtualSeconds: number): string {
  const seconds = virtualSeconds + VIRTUAL_EPOCH_SECONDS
  const days = Math.floor(seconds / SECONDS_PER_DAY)
  const rest = seconds - days * SECONDS_PER_DAY
  const { year, month, day } = civilFromDays(days)
  const hour = Math.floor(rest / 3600)
  const minute = Math.floor((rest % 3600) / 60)
  return `${pad(year, 4)}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(rest % 60)}`
}

const TWO_DIGITS: readonly string[] = Array.from({ length: 100 }, (_, value) => pad(value, 2))

const two = (value: number): string => TWO_DIGITS[value] ?? ''

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0')
}

/** Days from 1970-01-01; the year is taken to begin in March, so that a leap day comes last. */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

function civilFromDays(days: number): {
  readonly year: number
  readonly month: number
  readonly day: number
} {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const leapDays =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}
