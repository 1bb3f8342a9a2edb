// The order of the lights: what is violated comes first, the one that was violated earliest at the top.
import type { BrokenCheck, CheckEntry } from '../../../worker/protocol.ts'

export interface Light {
  readonly entry: CheckEntry
  readonly broken: BrokenCheck | null
}

export function lightsOf(entries: readonly CheckEntry[], broken: readonly BrokenCheck[]): readonly Light[] {
  const lights = entries.map((entry) => ({
    entry,
    broken: broken.find(({ name }) => name === entry.name) ?? null,
  }))
  const rank = ({ broken: first }: Light): number => first?.seq ?? Infinity
  return lights.sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)))
}
