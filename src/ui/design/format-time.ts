// Virtual time as text: the same digits wherever the page shows a moment, in both languages.

/** "2.031": seconds with milliseconds, for columns of moments. */
export const formatSeconds = (micros: number): string => (Math.floor(micros / 1000) / 1000).toFixed(3)

/** "2.031 s", "1 min 23.4 s", "5 min 50 s": a moment or a wait by itself. */
export function formatTime(micros: number): string {
  const seconds = micros / 1_000_000
  if (seconds < 60) return `${formatSeconds(micros)} s`
  const minutes = Math.floor(seconds / 60)
  const rest = Math.floor((seconds - minutes * 60) * 10) / 10
  const minutesText = minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
  return rest === 0 ? minutesText : `${minutesText} ${rest} s`
}
