// A map for what several processes keep alike, such as the members of a cluster of databases: as long as they make the same
// changes in the same order, they share all of it, and so do copies. It is a hash array mapped trie (Bagwell 2001) of nodes
// that never change: a change makes new nodes from the root down to what changed. Its order is made when somebody asks for it.
import type BTree from 'sorted-btree'
import { CowMap, keyTree } from './cow-map.ts'
import { hashString } from './random.ts'
import { Recent } from './recent.ts'

/** A value that holds its own key. */
interface Keyed {
  readonly key: string
}

/** The bits of a hash that tell the children of a node apart; once all are used up, a node lists what has the same hash. */
const BITS = 5
const HASH_BITS = 32

class Node<V> {
  /** Which of the 32 children there are. */
  readonly bitmap: number
  readonly slots: readonly (Node<V> | V)[]

  constructor(bitmap: number, slots: readonly (Node<V> | V)[]) {
    this.bitmap = bitmap
    this.slots = slots
  }
}

/** All that a map holds at one time. Never changes. */
class Version<V> {
  readonly root: Node<V>
  readonly size: number
  /** How many changes it is away from the empty map. */
  readonly serial: number

  constructor(root: Node<V>, size: number, serial: number) {
    this.root = root
    this.size = size
    this.serial = serial
  }
}

const NOTHING = new Version<never>(new Node<never>(0, []), 0, 0)

/** What the first map to change a version made of it. */
interface Change {
  readonly before: object
  readonly key: string
  /** Undefined: the key was deleted. */
  readonly value: unknown
  readonly after: object
}

// cache: the latest changes, at most as many as `Recent` keeps, by the serial of the version that was changed.
const latest = new Recent<Change>()

/** Lets go of the maps of another cluster. */
export const forgetSharedMaps = (): void => latest.forget()

/** An order that lags behind by so many changes, and by half of the keys, is given up. */
const BEHIND_AT_MOST = 64

/** Two versions that were one a few changes ago differ in few nodes. All of them are compared once in a while. */
const SHORT_LOOK = 64
const SERIALS_BETWEEN_LONG_LOOKS = 1024

class SharedMap<V extends Keyed> extends CowMap<V> {
  private at: Version<V>
  private order: { version: Version<V>; readonly keys: BTree<string, undefined> } | undefined = undefined
  /** How many changes the order does not know. */
  private behind = 0
  private lastSnapshot: SharedMap<V> | undefined = undefined

  constructor(version: Version<V>) {
    super()
    this.at = version
  }

  get size(): number {
    return this.at.size
  }

  /** Maps with the same version hold the same; others may, too. */
  get version(): object {
    return this.at
  }

  get(key: string): V | undefined {
    return find(this.at.root, key)
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  set(key: string, value: V): boolean {
    const { size } = this.at
    this.change(key, value)
    return this.at.size > size
  }

  delete(key: string): boolean {
    if (!this.has(key)) return false
    this.change(key, undefined)
    return true
  }

  clear(): void {
    this.at = NOTHING
    this.order = undefined
  }

  /**
   * Takes over another map's version where it holds the same, so that both share again what they come to. False where it
   * does not, or where to see that takes looking at too many nodes. `isSame` compares two values of one key.
   */
  meet(version: object, isSame: (one: V, other: V) => boolean): boolean {
    const { at } = this
    if (version === at) return true
    if (!(version instanceof Version) || version.size !== at.size) return false
    const patience = at.serial % SERIALS_BETWEEN_LONG_LOOKS === 0 ? Number.MAX_SAFE_INTEGER : SHORT_LOOK
    if (patienceLeft(at.root, version.root, isSame, patience) < 0) return false
    this.at = version
    return true
  }

  private change(key: string, value: V | undefined): void {
    const before = this.at
    const known = latest.find(
      before.serial,
      (change) => change.before === before && change.value === value && change.key === key,
    )
    if (known?.after instanceof Version) this.at = known.after
    else {
      this.at = changed(before, key, value)
      latest.keep(before.serial, { before, key, value, after: this.at })
    }
    if (this.order !== undefined && ++this.behind > before.size / 2 + BEHIND_AT_MOST) this.order = undefined
  }

  // ── in order ──────────────────────────────────────────────────────────────────────────────────────────────────

  forRange(
    low: string,
    high: string,
    includeHigh: boolean,
    visit?: (key: string, value: V) => unknown,
  ): number {
    if (visit === undefined) return this.inOrder().forRange(low, high, includeHigh)
    const { root } = this.at
    return this.inOrder().forRange(low, high, includeHigh, (key) => visitIn(root, key, visit))
  }

  forEachPair(visit: (key: string, value: V) => void): void {
    const { root } = this.at
    this.inOrder().forEachPair((key) => {
      visitIn(root, key, visit)
    })
  }

  protected inOrder(): BTree<string, undefined> {
    const { at, order } = this
    this.behind = 0
    if (order === undefined) {
      const found: string[] = []
      eachIn(at.root, ({ key }) => found.push(key))
      const keys = keyTree(found.sort())
      this.order = { version: at, keys }
      return keys
    }
    if (order.version === at) return order.keys
    eachDifference(order.version.root, at.root, (key) => {
      if (find(at.root, key) === undefined) order.keys.delete(key)
      else order.keys.set(key, undefined)
    })
    order.version = at
    return order.keys
  }

  // ── copies ────────────────────────────────────────────────────────────────────────────────────────────────────

  clone(): SharedMap<V> {
    return new SharedMap(this.at)
  }

  snapshot(): SharedMap<V> {
    if (this.lastSnapshot?.at !== this.at) this.lastSnapshot = this.clone()
    return this.lastSnapshot
  }

  mapValues<R>(): CowMap<R> {
    throw new Error('what is shared is frozen, and is not mapped')
  }

  anyValue(): V | undefined {
    let node = this.at.root
    for (;;) {
      const [first] = node.slots
      if (!(first instanceof Node)) return first
      node = first
    }
  }
}

function visitIn<V extends Keyed>(
  root: Node<V>,
  key: string,
  visit: (key: string, value: V) => unknown,
): unknown {
  const value = find(root, key)
  return value === undefined ? undefined : visit(key, value)
}

// ── nodes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

const bitOf = (hash: number, shift: number): number => 1 << ((hash >>> shift) & 31)

/** Where the child with this bit stands among those that are there. */
function placeOf(bitmap: number, bit: number): number {
  let count = bitmap & (bit - 1)
  count -= (count >>> 1) & 0x55555555
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333)
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

function find<V extends Keyed>(root: Node<V>, key: string): V | undefined {
  const hash = hashString(key)
  let node = root
  for (let shift = 0; shift < HASH_BITS; shift += BITS) {
    const bit = bitOf(hash, shift)
    if ((node.bitmap & bit) === 0) return undefined
    const there = node.slots[placeOf(node.bitmap, bit)]
    if (!(there instanceof Node)) return there?.key === key ? there : undefined
    node = there
  }
  for (const there of node.slots) if (!(there instanceof Node) && there.key === key) return there
  return undefined
}

function changed<V extends Keyed>(
  { root, size, serial }: Version<V>,
  key: string,
  value: V | undefined,
): Version<V> {
  const hash = hashString(key)
  if (value === undefined) return new Version(without(root, hash, 0, key), size - 1, serial + 1)
  const isNew = find(root, key) === undefined
  return new Version(withValue(root, hash, 0, value), isNew ? size + 1 : size, serial + 1)
}

function withValue<V extends Keyed>(node: Node<V>, hash: number, shift: number, value: V): Node<V> {
  const { bitmap, slots } = node
  if (shift >= HASH_BITS) {
    const place = slots.findIndex((there) => !(there instanceof Node) && there.key === value.key)
    return new Node(0, place < 0 ? [...slots, value] : replaced(slots, place, value))
  }
  const bit = bitOf(hash, shift)
  const place = placeOf(bitmap, bit)
  const there = slots[place]
  if ((bitmap & bit) === 0 || there === undefined)
    return new Node(bitmap | bit, inserted(slots, place, value))
  if (there instanceof Node)
    return new Node(bitmap, replaced(slots, place, withValue(there, hash, shift + BITS, value)))
  if (there.key === value.key) return new Node(bitmap, replaced(slots, place, value))
  const two = nodeOfTwo(there, hashString(there.key), value, hash, shift + BITS)
  return new Node(bitmap, replaced(slots, place, two))
}

function nodeOfTwo<V>(one: V, oneHash: number, other: V, otherHash: number, shift: number): Node<V> {
  if (shift >= HASH_BITS) return new Node(0, [one, other])
  const oneBit = (oneHash >>> shift) & 31
  const otherBit = (otherHash >>> shift) & 31
  if (oneBit === otherBit)
    return new Node<V>(1 << oneBit, [nodeOfTwo(one, oneHash, other, otherHash, shift + BITS)])
  return new Node((1 << oneBit) | (1 << otherBit), oneBit < otherBit ? [one, other] : [other, one])
}

/** The key must be there. */
function without<V extends Keyed>(node: Node<V>, hash: number, shift: number, key: string): Node<V> {
  const { bitmap, slots } = node
  if (shift >= HASH_BITS)
    return new Node(
      0,
      slots.filter((there) => there instanceof Node || there.key !== key),
    )
  const bit = bitOf(hash, shift)
  const place = placeOf(bitmap, bit)
  const there = slots[place]
  if (!(there instanceof Node))
    return new Node(
      bitmap & ~bit,
      slots.filter((_slot, i) => i !== place),
    )
  const left = without(there, hash, shift + BITS, key)
  const [first] = left.slots
  // A single value needs no node of its own.
  const isAlone = left.slots.length === 1 && first !== undefined && !(first instanceof Node)
  return new Node(bitmap, replaced(slots, place, isAlone ? first : left))
}

function replaced<T>(slots: readonly T[], place: number, slot: T): T[] {
  const copy = slots.slice()
  copy[place] = slot
  return copy
}

/** Its list has no room to spare, as one that grows would. */
function inserted<T>(slots: readonly T[], place: number, slot: T): T[] {
  const copy = slots.concat([slot])
  for (let i = slots.length; i > place; i--) {
    const moved = slots[i - 1]
    if (moved !== undefined) copy[i] = moved
  }
  copy[place] = slot
  return copy
}

function eachIn<V>(node: Node<V>, visit: (value: V) => void): void {
  for (const slot of node.slots) {
    if (slot instanceof Node) eachIn(slot, visit)
    else visit(slot)
  }
}

/** Calls back at least for each key that only one of the two has. What they share is not looked at. */
function eachDifference<V extends Keyed>(one: Node<V>, other: Node<V>, visit: (key: string) => void): void {
  if (one === other) return
  if (one.bitmap === 0 || other.bitmap === 0) {
    eachIn(one, ({ key }) => visit(key))
    eachIn(other, ({ key }) => visit(key))
    return
  }
  for (let i = 0; i < 32; i++) {
    const bit = 1 << i
    const before = (one.bitmap & bit) === 0 ? undefined : one.slots[placeOf(one.bitmap, bit)]
    const now = (other.bitmap & bit) === 0 ? undefined : other.slots[placeOf(other.bitmap, bit)]
    if (before === now) continue
    if (before instanceof Node && now instanceof Node) eachDifference(before, now, visit)
    else if (before instanceof Node || now instanceof Node || before?.key !== now?.key) {
      eachOf(before, visit)
      eachOf(now, visit)
    }
  }
}

/** Of so many nodes that may be compared, how many are left over if both hold the same; less than 0 if that was not seen. */
function patienceLeft<V extends Keyed>(
  one: Node<V>,
  other: Node<V>,
  isSame: (one: V, other: V) => boolean,
  patience: number,
): number {
  if (one === other) return patience
  if (one.bitmap !== other.bitmap || one.slots.length !== other.slots.length) return -1
  let left = patience - 1
  for (let i = 0; i < one.slots.length && left >= 0; i++) {
    const here = one.slots[i]
    const there = other.slots[i]
    if (here === there) continue
    if (here instanceof Node && there instanceof Node) left = patienceLeft(here, there, isSame, left)
    else if (here === undefined || there === undefined) return -1
    else if (here instanceof Node || there instanceof Node || here.key !== there.key || !isSame(here, there))
      return -1
  }
  return left
}

function eachOf<V extends Keyed>(slot: Node<V> | V | undefined, visit: (key: string) => void): void {
  if (slot instanceof Node) eachIn(slot, ({ key }) => visit(key))
  else if (slot !== undefined) visit(slot.key)
}

export type { SharedMap }

/** A map of frozen values for processes that hold the same. */
export const sharedMap = <V extends Keyed>(): SharedMap<V> => new SharedMap<V>(NOTHING)
