// Ordered maps whose copies are cheap: copies share their nodes and copy only what one of them changes. It keeps big collections
// cheap in checkpoints, Raft snapshots and forks. B+ trees from a maintained library keep the order; where nearly every
// access is to one key, a hash table is used instead for as long as nobody asks for order or for copies.
import type BTree from 'sorted-btree'
import * as library from 'sorted-btree'

// The package is CommonJS: hosts disagree on whether its default is the class or the module that holds the class.
const exported = library.default as typeof BTree & { readonly default?: typeof BTree }
const Tree: typeof BTree = exported.default ?? exported

const compareKeys = (a: string, b: string): number => (a < b ? -1 : a === b ? 0 : 1)

/** Ordered by UTF-16 code units, the same in every engine and locale. No value is undefined. */
export abstract class CowMap<V> {
  abstract readonly size: number
  abstract get(key: string): V | undefined
  abstract has(key: string): boolean
  /** Returns whether the key is new. */
  abstract set(key: string, value: V): boolean
  /** Returns whether the key was there. */
  abstract delete(key: string): boolean
  abstract clear(): void

  /** A tree with all keys, to read from. */
  protected abstract inOrder(): BTree<string, unknown>

  minKey(): string | undefined {
    return this.inOrder().minKey()
  }

  maxKey(): string | undefined {
    return this.inOrder().maxKey()
  }

  keysArray(): string[] {
    return this.inOrder().keysArray()
  }

  /**
   * Visits the entries from `low` up to `high`, without `high` itself unless it is included, until a visit returns an object with
   * `break`. Returns how many there are, or what `break` says.
   */
  abstract forRange(
    low: string,
    high: string,
    includeHigh: boolean,
    visit?: (key: string, value: V) => unknown,
  ): number
  abstract forEachPair(visit: (key: string, value: V) => void): void

  abstract clone(): CowMap<V>
  /** A copy that nobody changes: the last one, if nothing has changed since. */
  abstract snapshot(): CowMap<V>
  abstract mapValues<R>(map: (value: V, key: string) => R): CowMap<R>
  /** One of the values, whichever is found first; undefined: there is none. */
  abstract anyValue(): V | undefined

  valuesArray(): V[] {
    const values: V[] = []
    this.forEachPair((_key, value) => void values.push(value))
    return values
  }

  toArray(): [string, V][] {
    const entries: [string, V][] = []
    this.forEachPair((key, value) => void entries.push([key, value]))
    return entries
  }
}

/** A map whose values stand in the tree that has its order. */
abstract class MapWithTree<V> extends CowMap<V> {
  /** The last snapshot, while it is true. */
  protected unchanged: CowMap<V> | undefined = undefined

  protected abstract override inOrder(): BTree<string, V>

  snapshot(): CowMap<V> {
    this.unchanged ??= this.clone()
    return this.unchanged
  }

  forRange(
    low: string,
    high: string,
    includeHigh: boolean,
    visit?: (key: string, value: V) => unknown,
  ): number {
    return this.inOrder().forRange(low, high, includeHigh, visit)
  }

  forEachPair(visit: (key: string, value: V) => void): void {
    this.inOrder().forEachPair((key, value) => visit(key, value))
  }
}

// ── hash tables ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Fewer entries than this are copied as fast as they are shared, and found as fast in a tree. */
const FEW = 24

/** A tree that lags behind by so many entries, and by half of those it has, is given up. */
const BEHIND_AT_MOST = 64

/**
 * The tree is what copies share. It is made when somebody asks for order or for a copy, and told of changes when somebody does
 * again. A copy starts without an index and makes itself one once it has been asked as often as that costs: most copies
 * are kept in checkpoints and never asked at all. There is an index or a tree, or both; an empty map may have neither.
 */
class IndexedMap<V> extends MapWithTree<V> {
  private index: Map<string, V> | undefined
  private tree: BTree<string, V> | undefined
  /** The keys that the tree has to learn of: only where there is an index. */
  private behind: Set<string> | undefined = undefined
  /** How often a key was asked for without an index. */
  private asked = 0

  constructor(index: Map<string, V> | undefined, tree: BTree<string, V> | undefined) {
    super()
    this.index = index
    this.tree = tree
  }

  get size(): number {
    return this.index?.size ?? this.tree?.size ?? 0
  }

  get(key: string): V | undefined {
    const index = this.index ?? this.indexed()
    return index === undefined ? this.tree?.get(key) : index.get(key)
  }

  has(key: string): boolean {
    const index = this.index ?? this.indexed()
    return index === undefined ? this.tree?.has(key) === true : index.has(key)
  }

  set(key: string, value: V): boolean {
    this.unchanged = undefined
    const index = this.index ?? this.indexed()
    if (index === undefined) return this.inOrder().set(key, value)
    const before = index.size
    index.set(key, value)
    if (this.tree !== undefined) this.note(key)
    return index.size > before
  }

  delete(key: string): boolean {
    this.unchanged = undefined
    const index = this.index ?? this.indexed()
    if (index === undefined) return this.tree?.delete(key) === true
    const wasThere = index.delete(key)
    if (wasThere && this.tree !== undefined) this.note(key)
    return wasThere
  }

  clear(): void {
    this.unchanged = undefined
    this.index = new Map()
    this.tree = undefined
    this.behind = undefined
  }

  // ── copies ────────────────────────────────────────────────────────────────────────────────────────────────────

  clone(): CowMap<V> {
    const { index, tree } = this
    if (index !== undefined && tree === undefined && index.size < FEW)
      return new IndexedMap(new Map(index), undefined)
    return new IndexedMap<V>(undefined, this.inOrder().clone())
  }

  mapValues<R>(map: (value: V, key: string) => R): CowMap<R> {
    return new IndexedMap<R>(undefined, this.inOrder().mapValues(map))
  }

  anyValue(): V | undefined {
    const { index, tree } = this
    if (index === undefined) return firstOf(tree)
    for (const value of index.values()) return value
    return undefined
  }

  private note(key: string): void {
    if (this.behind === undefined) this.behind = new Set()
    this.behind.add(key)
    // What nobody asks for must not pile up.
    if (this.behind.size <= (this.tree?.size ?? 0) / 2 + BEHIND_AT_MOST) return
    this.tree = undefined
    this.behind = undefined
  }

  protected inOrder(): BTree<string, V> {
    const { index, behind } = this
    if (this.tree === undefined) {
      this.tree = new Tree<string, V>(undefined, compareKeys)
      if (index !== undefined) tell(this.tree, [...index.keys()].sort(), index)
    } else if (behind !== undefined && index !== undefined) {
      this.behind = undefined
      tell(this.tree, behind, index)
    }
    return this.tree
  }

  /** Makes the index if it has become worth its cost. */
  private indexed(): Map<string, V> | undefined {
    const { tree } = this
    if (tree === undefined) this.index = new Map()
    else if (tree.size >= FEW && ++this.asked >= tree.size) {
      const index = new Map<string, V>()
      tree.forEachPair((key, value) => {
        index.set(key, value)
      })
      this.index = index
    }
    return this.index
  }
}

/** Tells the tree what has become of these keys. */
function tell<V>(tree: BTree<string, V>, keys: Iterable<string>, index: ReadonlyMap<string, V>): void {
  for (const key of keys) {
    const value = index.get(key)
    if (value !== undefined) tree.set(key, value)
    else tree.delete(key)
  }
}

function firstOf<V>(tree: BTree<string, V> | undefined): V | undefined {
  const first = tree?.minKey()
  return first === undefined ? undefined : tree?.get(first)
}

// ── trees ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

class TreeMap<V> extends MapWithTree<V> {
  private readonly tree: BTree<string, V>

  constructor(tree: BTree<string, V>) {
    super()
    this.tree = tree
  }

  get size(): number {
    return this.tree.size
  }

  get(key: string): V | undefined {
    return this.tree.get(key)
  }

  has(key: string): boolean {
    return this.tree.has(key)
  }

  set(key: string, value: V): boolean {
    this.unchanged = undefined
    return this.tree.set(key, value)
  }

  delete(key: string): boolean {
    this.unchanged = undefined
    return this.tree.delete(key)
  }

  clear(): void {
    this.unchanged = undefined
    this.tree.clear()
  }

  protected inOrder(): BTree<string, V> {
    return this.tree
  }

  clone(): CowMap<V> {
    return new TreeMap(this.tree.clone())
  }

  mapValues<R>(map: (value: V, key: string) => R): CowMap<R> {
    return new TreeMap(this.tree.mapValues(map))
  }

  anyValue(): V | undefined {
    return firstOf(this.tree)
  }
}

/** A map that is mostly asked for single keys, and has its order when somebody asks for it. */
export function cowMap<V>(entries?: [string, V][]): CowMap<V> {
  return new IndexedMap<V>(entries === undefined ? undefined : new Map(entries), undefined)
}

/** A map that is asked for its order with nearly every change. */
export function orderedCowMap<V>(entries?: [string, V][]): CowMap<V> {
  return new TreeMap(new Tree<string, V>(entries, compareKeys))
}

export const isCowMap = (value: object): value is CowMap<unknown> => value instanceof CowMap

/** A tree of keys alone. */
export function keyTree(sorted: readonly string[]): BTree<string, undefined> {
  const tree = new Tree<string, undefined>(undefined, compareKeys)
  for (const key of sorted) tree.set(key, undefined)
  return tree
}

/** The least string greater than every string with this prefix; undefined when there is none. */
export function prefixEnd(prefix: string): string | undefined {
  for (let i = prefix.length - 1; i >= 0; i--) {
    const unit = prefix.charCodeAt(i)
    if (unit < 0xffff) return prefix.slice(0, i) + String.fromCharCode(unit + 1)
  }
  return undefined
}
