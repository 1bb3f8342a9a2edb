// Moments as text: the same digits wherever the page shows one, in both languages.

/** Counted from the start of the story: "2.031", "5:52.031", "−17.320" for what was before it. */
export function formatMoment(at: number, start: number): string {
  const millis = Math.floor(Math.abs(at - start) / 1000)
  const sign = at < start && millis > 0 ? '−' : ''
  const minutes = Math.floor(millis / 60_000)
  const seconds = ((millis % 60_000) / 1000).toFixed(3)
  if (minutes === 0) return `${sign}${seconds}`
  const clock = `${minutes % 60}:${seconds.padStart(6, '0')}`
  return minutes < 60 ? `${sign}${clock}` : `${sign}${Math.floor(minutes / 60)}:${clock.padStart(9, '0')}`
}
