// An ordered map whose copy is cheap: copies share their nodes and copy only what one of them changes. It keeps big
// collections cheap in checkpoints, Raft snapshots and forks. A B+ tree from a maintained library keeps the order; in front
// of it stands a hash table, since nearly every access is to one key, and a tree of long keys takes a dozen comparisons for it.
import type BTree from 'sorted-btree'
import * as library from 'sorted-btree'

// The package is CommonJS: hosts disagree on whether its default is the class or the module that holds the class.
const exported = library.default as typeof BTree & { readonly default?: typeof BTree }
const Tree: typeof BTree = exported.default ?? exported

const compareKeys = (a: string, b: string): number => (a < b ? -1 : a === b ? 0 : 1)

/** Fewer entries than this are found as fast in the tree. */
const WORTH_AN_INDEX = 24

/** What the tree knows of an entry. What is neither the latest there nor of no concern to it stands in `behind`. */
type Known = 'latest' | 'older' | 'nothing' | 'to be deleted' | 'never'

interface Entry<V> {
  readonly key: string
  value: V
  known: Known
}

/**
 * Ordered by UTF-16 code units, the same in every engine and locale. The tree is what copies share, and lags behind the
 * index; it is brought up to date when somebody asks for order or for a copy. A copy starts without an index and makes
 * itself one once it has been asked as often as that costs: most copies are kept in checkpoints and never asked at all.
 */
export class CowMap<V> {
  private readonly tree: BTree<string, V>
  private index: Map<string, Entry<V>> | undefined = undefined
  /** The entries that the tree has to learn of, oldest first. */
  private behind: Entry<V>[] = []
  /** How often a key was asked for without an index. */
  private asked = 0
  private readonly hasIndex: boolean

  constructor(tree: BTree<string, V>, hasIndex: boolean) {
    this.tree = tree
    this.hasIndex = hasIndex
  }

  get size(): number {
    return this.index?.size ?? this.tree.size
  }

  get(key: string): V | undefined {
    const index = this.index ?? this.indexed()
    return index === undefined ? this.tree.get(key) : index.get(key)?.value
  }

  has(key: string): boolean {
    const index = this.index ?? this.indexed()
    return index === undefined ? this.tree.has(key) : index.has(key)
  }

  /** Returns whether the key is new. */
  set(key: string, value: V): boolean {
    const index = this.index ?? this.indexed()
    if (index === undefined) return this.tree.set(key, value)
    const entry = index.get(key)
    if (entry === undefined) {
      const added: Entry<V> = { key, value, known: 'nothing' }
      index.set(key, added)
      this.note(added)
      return true
    }
    entry.value = value
    if (entry.known === 'latest') {
      entry.known = 'older'
      this.note(entry)
    }
    return false
  }

  /** Returns whether the key was there. */
  delete(key: string): boolean {
    const index = this.index ?? this.indexed()
    if (index === undefined) return this.tree.delete(key)
    const entry = index.get(key)
    if (entry === undefined) return false
    index.delete(key)
    const isInTree = entry.known === 'latest'
    // Said before it is noted: the tree may be brought up to date at once.
    entry.known = entry.known === 'nothing' ? 'never' : 'to be deleted'
    if (isInTree) this.note(entry)
    return true
  }

  clear(): void {
    this.tree.clear()
    this.index = undefined
    this.behind = []
    this.asked = 0
  }

  // ── in order ──────────────────────────────────────────────────────────────────────────────────────────────────

  minKey(): string | undefined {
    return this.upToDate().minKey()
  }

  maxKey(): string | undefined {
    return this.upToDate().maxKey()
  }

  /**
   * Visits the entries from `low` up to `high`, without `high` itself unless it is included, until a visit returns an object with
   * `break`. Returns how many there are, or what `break` says.
   */
  forRange(
    low: string,
    high: string,
    includeHigh: boolean,
    visit?: (key: string, value: V) => unknown,
  ): number {
    return this.upToDate().forRange(low, high, includeHigh, visit)
  }

  forEachPair(visit: (key: string, value: V) => void): void {
    this.upToDate().forEachPair((key, value) => visit(key, value))
  }

  keysArray(): string[] {
    return this.upToDate().keysArray()
  }

  valuesArray(): V[] {
    return this.upToDate().valuesArray()
  }

  toArray(): [string, V][] {
    return this.upToDate().toArray()
  }

  // ── copies ────────────────────────────────────────────────────────────────────────────────────────────────────

  clone(): CowMap<V> {
    return new CowMap(this.upToDate().clone(), this.hasIndex)
  }

  mapValues<R>(map: (value: V) => R): CowMap<R> {
    return new CowMap(this.upToDate().mapValues(map), this.hasIndex)
  }

  private note(entry: Entry<V>): void {
    this.behind.push(entry)
    // What comes and goes without anybody asking for order must not pile up.
    if (this.behind.length > 2 * this.size + 64) this.upToDate()
  }

  private upToDate(): BTree<string, V> {
    const { tree, behind } = this
    if (behind.length === 0) return tree
    for (const entry of behind) {
      if (entry.known === 'to be deleted') tree.delete(entry.key)
      else if (entry.known !== 'never') {
        tree.set(entry.key, entry.value)
        entry.known = 'latest'
      }
    }
    this.behind = []
    return tree
  }

  /** Makes the index if it has become worth its cost. */
  private indexed(): Map<string, Entry<V>> | undefined {
    const { size } = this.tree
    if (!this.hasIndex || size < WORTH_AN_INDEX || ++this.asked < size) return undefined
    const index = new Map<string, Entry<V>>()
    this.tree.forEachPair((key, value) => {
      index.set(key, { key, value, known: 'latest' })
    })
    this.index = index
    return index
  }
}

/** A map that is mostly asked for single keys. */
export function cowMap<V>(entries?: [string, V][]): CowMap<V> {
  return new CowMap(new Tree<string, V>(entries, compareKeys), true)
}

/** A map that is asked for its order with nearly every change, or copied as often: an index would only cost. */
export function orderedCowMap<V>(entries?: [string, V][]): CowMap<V> {
  return new CowMap(new Tree<string, V>(entries, compareKeys), false)
}

export const isCowMap = (value: object): value is CowMap<unknown> => value instanceof CowMap

/** The least string greater than every string with this prefix; undefined when there is none. */
export function prefixEnd(prefix: string): string | undefined {
  for (let i = prefix.length - 1; i >= 0; i--) {
    const unit = prefix.charCodeAt(i)
    if (unit < 0xffff) return prefix.slice(0, i) + String.fromCharCode(unit + 1)
  }
  return undefined
}
