// Immutable tables: values by key, in the order in which the keys came. A change makes a new table that shares all but a
// few dozen rows with the one before, whatever its size, and what changed between two tables is found without looking
// at what they share. So a keyframe is a reference, and a frame costs what happened.
import type { CowMap } from '../sim/kernel/cow-map.ts'
import { orderedCowMap } from '../sim/kernel/cow-map.ts'

interface Row<T> {
  readonly key: string
  readonly value: T
}

/** A tree over the numbers that keys were given: leaves hold rows, the others hold trees. Nothing in it is empty. */
interface Tree<T> {
  readonly rows: readonly (Row<T> | undefined)[]
  readonly below: readonly (Tree<T> | undefined)[]
}

const BITS = 5
const MASK = (1 << BITS) - 1
const NONE: readonly undefined[] = []

export interface TableChanges<T> {
  /** New or other values, by key. */
  readonly set: readonly (readonly [key: string, value: T])[]
  readonly gone: readonly string[]
}

export class Table<T> {
  private readonly numbers: CowMap<number>
  private readonly tree: Tree<T> | undefined
  /** How many levels of trees stand above the leaves. */
  private readonly depth: number
  private readonly next: number

  private constructor(numbers: CowMap<number>, tree: Tree<T> | undefined, depth: number, next: number) {
    this.numbers = numbers
    this.tree = tree
    this.depth = depth
    this.next = next
  }

  static of<T>(entries: Iterable<readonly [string, T]> = []): Table<T> {
    let table = new Table<T>(orderedCowMap<number>(), undefined, 0, 0)
    for (const [key, value] of entries) table = table.put(key, value)
    return table
  }

  get size(): number {
    return this.numbers.size
  }

  has(key: string): boolean {
    return this.numbers.has(key)
  }

  get(key: string): T | undefined {
    const number = this.numbers.get(key)
    if (number === undefined) return undefined
    let tree = this.tree
    for (let level = this.depth; level > 0; level--) tree = tree?.below[(number >>> (level * BITS)) & MASK]
    return tree?.rows[number & MASK]?.value
  }

  put(key: string, value: T): Table<T> {
    const known = this.numbers.get(key)
    if (known !== undefined)
      return new Table(
        this.numbers,
        withRow(this.tree, this.depth, known, { key, value }),
        this.depth,
        this.next,
      )
    const numbers = this.numbers.clone()
    numbers.set(key, this.next)
    let { tree, depth } = this
    while (this.next >>> ((depth + 1) * BITS) > 0) {
      tree = tree === undefined ? undefined : { rows: NONE, below: [tree] }
      depth++
    }
    return new Table(numbers, withRow(tree, depth, this.next, { key, value }), depth, this.next + 1)
  }

  /** The same table when there is no such key. */
  remove(key: string): Table<T> {
    const number = this.numbers.get(key)
    if (number === undefined) return this
    if (this.numbers.size === 1) return Table.of<T>()
    const numbers = this.numbers.clone()
    numbers.delete(key)
    return new Table(numbers, withRow(this.tree, this.depth, number, undefined), this.depth, this.next)
  }

  /** The first keys, in their order. */
  first(count: number): string[] {
    const keys: string[] = []
    walk(this.tree, (row) => keys.push(row.key) < count)
    return keys.slice(0, count)
  }

  keys(): string[] {
    const keys: string[] = []
    walk(this.tree, (row) => keys.push(row.key))
    return keys
  }

  values(): T[] {
    const values: T[] = []
    walk(this.tree, (row) => values.push(row.value))
    return values
  }

  entries(): [string, T][] {
    const entries: [string, T][] = []
    walk(this.tree, (row) => entries.push([row.key, row.value]))
    return entries
  }

  /** What has to be done to `before`, or to an empty table, to make it this one. */
  changesSince(before: Table<T> | undefined): TableChanges<T> {
    const set: (readonly [string, T])[] = []
    const gone: string[] = []
    if (before === this) return { set, gone }
    compare(before?.tree, before?.depth ?? this.depth, this.tree, this.depth, (old, now) => {
      if (now !== undefined) set.push([now.key, now.value])
      else if (old !== undefined && !this.numbers.has(old.key)) gone.push(old.key)
    })
    return { set, gone }
  }
}

function withRow<T>(
  tree: Tree<T> | undefined,
  depth: number,
  number: number,
  row: Row<T> | undefined,
): Tree<T> | undefined {
  const at = (number >>> (depth * BITS)) & MASK
  if (depth === 0) {
    const rows = tree === undefined ? [] : tree.rows.slice()
    rows[at] = row
    return row === undefined && rows.every((one) => one === undefined) ? undefined : { rows, below: NONE }
  }
  const below = tree === undefined ? [] : tree.below.slice()
  below[at] = withRow(below[at], depth - 1, number, row)
  return row === undefined && below.every((one) => one === undefined) ? undefined : { rows: NONE, below }
}

/** Until `see` says false. */
function walk<T>(tree: Tree<T> | undefined, see: (row: Row<T>) => unknown): boolean {
  if (tree === undefined) return true
  for (const row of tree.rows) if (row !== undefined && see(row) === false) return false
  return tree.below.every((child) => walk(child, see))
}

function compare<T>(
  before: Tree<T> | undefined,
  beforeDepth: number,
  after: Tree<T> | undefined,
  afterDepth: number,
  differ: (before: Row<T> | undefined, after: Row<T> | undefined) => void,
): void {
  if (before === after) return
  if (beforeDepth !== afterDepth) {
    // The smaller of them is the first branch of a tree as tall as the larger.
    const depth = Math.max(beforeDepth, afterDepth)
    return compare(
      lifted(before, depth - beforeDepth),
      depth,
      lifted(after, depth - afterDepth),
      depth,
      differ,
    )
  }
  if (afterDepth === 0) {
    for (let at = 0; at <= MASK; at++) {
      const [old, now] = [before?.rows[at], after?.rows[at]]
      if (old === now) continue
      // A number is one key's for good, unless the table was emptied meanwhile.
      if (old !== undefined && now !== undefined && old.key !== now.key) differ(old, undefined)
      if (old === undefined || now === undefined || old.key !== now.key || old.value !== now.value)
        differ(old, now)
    }
    return
  }
  for (let at = 0; at <= MASK; at++)
    compare(before?.below[at], afterDepth - 1, after?.below[at], afterDepth - 1, differ)
}

function lifted<T>(tree: Tree<T> | undefined, levels: number): Tree<T> | undefined {
  let lift = tree
  for (let level = 0; level < levels && lift !== undefined; level++) lift = { rows: NONE, below: [lift] }
  return lift
}
