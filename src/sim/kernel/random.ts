// Per-process random streams. A stream is one 32-bit integer, so it is part of a checkpoint like any other number.
// The generator is mulberry32: integer operations only, hence the same in every engine.

/** FNV-1a over the UTF-16 units of a string, continued from `hash`. Unsigned 32 bits. */
export function hashString(text: string, hash = 2166136261): number {
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i)
    hash = Math.imul(hash, 16777619)
  }
  return hash >>> 0
}

/** The next state of a stream. */
export const advanceStream = (stream: number): number => (stream + 0x6d2b79f5) | 0

/** The number that belongs to a state of a stream, in [0, 1). */
export function streamValue(stream: number): number {
  let t = Math.imul(stream ^ (stream >>> 15), stream | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
