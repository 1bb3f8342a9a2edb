// An ordered map whose copy is O(1): both copies share their nodes and copy only what one of them changes. It keeps big
// collections cheap in checkpoints, Raft snapshots and forks. A B+ tree from a maintained library does the work.
import type BTree from 'sorted-btree'
import * as library from 'sorted-btree'

// The package is CommonJS: hosts disagree on whether its default is the class or the module that holds the class.
const exported = library.default as typeof BTree & { readonly default?: typeof BTree }
const Tree: typeof BTree = exported.default ?? exported

export type CowMap<V> = BTree<string, V>

const compareKeys = (a: string, b: string): number => (a < b ? -1 : a === b ? 0 : 1)

/** Keys are ordered by UTF-16 code units, the same in every engine and locale. */
export function cowMap<V>(entries?: [string, V][]): CowMap<V> {
  return new Tree<string, V>(entries, compareKeys)
}

export const isCowMap = (value: object): value is CowMap<unknown> => value instanceof Tree

/** The least string greater than every string with this prefix; undefined when there is none. */
export function prefixEnd(prefix: string): string | undefined {
  for (let i = prefix.length - 1; i >= 0; i--) {
    const unit = prefix.charCodeAt(i)
    if (unit < 0xffff) return prefix.slice(0, i) + String.fromCharCode(unit + 1)
  }
  return undefined
}
