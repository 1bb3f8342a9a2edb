// Texts that many Events have in common, so that they share one. A sum of strings would keep its parts, too.

// cache: the texts that were composed of late, at most MOST.
const known = new Map<string, string>()

const MOST = 256

export function sharedText(parts: readonly string[]): string {
  const text = parts.join('')
  const same = known.get(text)
  if (same !== undefined) return same
  if (known.size >= MOST) known.clear()
  known.set(text, text)
  return text
}
