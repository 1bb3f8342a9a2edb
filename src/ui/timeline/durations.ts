// Virtual time as people read it. Digits and units are the same in both languages.

/** A moment counted from the start of the session: "2.031 s", "1:05.2", "1:02:03". */
export function formatMoment(micros: number): string {
  const seconds = Math.max(0, micros) / 1e6
  if (seconds < 60) return `${seconds.toFixed(3)} s`
  const minutes = Math.floor(seconds / 60)
  const rest = Math.floor((seconds - minutes * 60) * 10) / 10
  if (minutes < 60) return `${minutes}:${rest < 10 ? '0' : ''}${rest.toFixed(1)}`
  const whole = Math.floor(seconds)
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
}

const two = (value: number): string => String(value).padStart(2, '0')

/** How long something takes: "640 ms", "40 s", "5 min 20 s". */
export function formatWait(micros: number): string {
  const millis = micros / 1000
  if (millis < 1000) return `${Math.round(millis)} ms`
  const seconds = Math.round(millis / 100) / 10
  if (seconds < 60) return `${seconds < 10 ? seconds : Math.round(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  const rest = Math.round(seconds - minutes * 60)
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`
}
