// Ranges of keys as etcd writes them: one key, or `[key, end)`, where an end of "\0" means up to the last key.
import { prefixEnd } from '../../kernel/cow-map.ts'

export interface KeyRange {
  readonly key: string
  readonly end?: string
}

/** etcd's end of a range that goes up to the last key. */
export const lastKey = '\0'

export const prefixRange = (prefix: string): KeyRange => ({ key: prefix, end: prefixEnd(prefix) ?? lastKey })

export function inRange(key: string, { key: from, end }: KeyRange): boolean {
  if (end === undefined) return key === from
  return key >= from && (end === lastKey || key < end)
}
