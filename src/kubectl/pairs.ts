// `key=value` to set and `key-` to take away, as label, annotate and taint have them.
import { setMember } from '../sim/api/json.ts'
import { failure } from './failure.ts'

export interface Pairs {
  readonly set: Readonly<Record<string, string>>
  readonly removed: readonly string[]
}

export const isPair = (word: string): boolean => word.includes('=') || word.endsWith('-')

export function parsePairs(words: readonly string[]): Pairs {
  const set: Record<string, string> = {}
  const removed: string[] = []
  for (const word of words) {
    const equals = word.indexOf('=')
    if (equals > 0) setMember(set, word.slice(0, equals), word.slice(equals + 1))
    else if (equals < 0 && word.endsWith('-')) removed.push(word.slice(0, -1))
    else throw failure(`unexpected pair "${word}": expected KEY=VALUE or KEY-`)
  }
  for (const key of removed)
    if (Object.hasOwn(set, key)) throw failure(`can not both modify and remove a label in the same command`)
  return { set, removed }
}
