// Whether what clients saw of one key could have happened one operation after the other: just-in-time linearization after
// Lowe, as Porcupine and Knossos search, but step by step. It keeps every state in which the key may be by now, each with
// the open writes that must have taken effect for that; an answer rules out the states that do not fit it. Reads change
// nothing, so they are never guessed at: an answer to one fits any value that was there since it was asked.

/** What is stored under the key; null: nothing. */
export interface Value {
  /** Null: that of a write whose answer nobody has seen yet. */
  readonly revision: number | null
  readonly content: unknown
}

export type Operation =
  | { readonly kind: 'read' }
  /** Writes `content` (null: deletes) if the key's last change is `expected` (0: it must not exist; null: always). */
  | { readonly kind: 'write'; readonly expected: number | null; readonly content: unknown }

/** What the answer said. `seen` is what a read, or a write that did not match, found. */
export type Answer =
  | { readonly kind: 'written'; readonly revision: number }
  | { readonly kind: 'seen'; readonly value: Value | null }

interface Open {
  readonly operation: Operation
  readonly since: number
  /** Nobody will see an answer to it. */
  isLost: boolean
}

interface Past {
  readonly value: Value | null
  /** The step at which it was replaced. */
  readonly until: number
}

interface Configuration {
  readonly value: Value | null
  /** The open write that made `value`, where its revision is not known. */
  readonly writer: number | null
  /** Open writes that have taken effect. */
  readonly done: ReadonlySet<number>
  /** What was there while operations that are still open had been asked. */
  readonly past: readonly Past[]
  /** The newest revision of this key that is known: later writes have later ones. */
  readonly floor: number
}

const MOST_CONFIGURATIONS = 256
const MOST_OPEN = 64
/** Writes guessed at for one answer. */
const MOST_GUESSES = 2_000
const NONE: ReadonlySet<number> = new Set()
const START: Configuration = { value: null, writer: null, done: NONE, past: [], floor: 0 }

export class Register {
  private readonly open = new Map<number, Open>()
  private configurations: readonly Configuration[] = [START]
  private step = 0
  private guesses = 0
  /** The search became too wide to go on: the key is not judged any more. */
  abandoned = false

  invoke(id: number, operation: Operation): void {
    if (this.abandoned) return
    this.open.set(id, { operation, since: ++this.step, isLost: false })
    if (this.open.size > MOST_OPEN) this.abandon()
  }

  /** Nobody will see an answer to this: a write may still take effect, a read tells nothing. */
  unanswered(id: number): void {
    const open = this.open.get(id)
    if (open === undefined) return
    if (open.operation.kind === 'read') this.open.delete(id)
    else open.isLost = true
    this.forgetLost()
  }

  /** False when no order of operations explains the answer. */
  answered(id: number, answer: Answer): boolean {
    const open = this.open.get(id)
    if (this.abandoned || open === undefined) return true
    this.step++
    this.guesses = 0
    const next: Configuration[] = []
    for (const configuration of this.configurations) this.explain(id, open, answer, configuration, next)
    if (this.abandoned) return true
    this.open.delete(id)
    if (next.length === 0) {
      this.abandon()
      return false
    }
    const oldest = this.oldest()
    this.configurations = next.map((one) => withoutPast(one, oldest))
    this.forgetLost()
    return true
  }

  /** Nothing is open, and what the key holds is known. */
  get isQuiet(): boolean {
    return this.open.size === 0 && !this.abandoned
  }

  /** When the oldest open operation was asked. They are kept in that order. */
  private oldest(): number {
    for (const { since } of this.open.values()) return since
    return Number.POSITIVE_INFINITY
  }

  /** All ways in which `id` has taken effect by now and is answered so, from one configuration. */
  private explain(id: number, open: Open, answer: Answer, from: Configuration, found: Configuration[]): void {
    if (from.done.has(id)) {
      const settled = settle(id, answer, from)
      if (settled !== undefined) this.keep(found, settled)
      return
    }
    if (answer.kind === 'seen' && sawBefore(open, answer.value, from)) this.keep(found, from)
    this.reach(id, open.operation, answer, from, found)
  }

  /** It takes effect at the end, after none, one or more of the open writes that have not done so yet. */
  private reach(
    id: number,
    operation: Operation,
    answer: Answer,
    from: Configuration,
    found: Configuration[],
  ): void {
    const applied = apply(operation, answer, from, this.step)
    if (applied !== undefined) this.keep(found, applied)
    for (const [other, { operation: between }] of this.open) {
      if (other === id || between.kind === 'read' || from.done.has(other) || this.abandoned) continue
      const before = meet(between.expected, from)
      if (before === undefined) continue
      if (++this.guesses > MOST_GUESSES) return this.abandon()
      const done = new Set(from.done).add(other)
      const { content } = between
      const value = content === null ? null : { revision: null, content }
      const writer = content === null ? null : other
      this.reach(id, operation, answer, { ...replace(before, value, this.step), writer, done }, found)
    }
  }

  private keep(found: Configuration[], one: Configuration): void {
    if (found.some((other) => isSame(other, one))) return
    found.push(one)
    if (found.length > MOST_CONFIGURATIONS) this.abandon()
  }

  /** A lost write needs no thought any more once it has taken effect for certain, or never can. */
  private forgetLost(): void {
    for (const [id, { operation, isLost }] of this.open) {
      if (!isLost || operation.kind === 'read') continue
      const { expected } = operation
      if (this.configurations.every(({ done, writer }) => done.has(id) && writer !== id)) this.forget(id)
      else if (this.configurations.every((one) => !one.done.has(id) && isHopeless(expected, one)))
        this.forget(id)
    }
  }

  private forget(id: number): void {
    this.open.delete(id)
    this.configurations = this.configurations.map((one) =>
      one.done.has(id) ? { ...one, done: without(one.done, id) } : one,
    )
  }

  private abandon(): void {
    this.abandoned = true
    this.configurations = []
    this.open.clear()
  }
}

/** The operation takes effect now and is answered so. */
function apply(
  operation: Operation,
  answer: Answer,
  from: Configuration,
  step: number,
): Configuration | undefined {
  if (answer.kind === 'seen') {
    const matched = match(answer.value, from)
    return matched === undefined || !isRefused(operation, answer.value) ? undefined : matched
  }
  if (operation.kind === 'read') return undefined
  const before = meet(operation.expected, from)
  if (before === undefined || answer.revision <= before.floor) return undefined
  const { content } = operation
  const value = content === null ? null : { revision: answer.revision, content }
  return { ...replace(before, value, step), writer: null, floor: answer.revision }
}

/** Whether an operation that found this changes nothing: a write that says it did not match must not have matched. */
const isRefused = (operation: Operation, seen: Value | null): boolean =>
  operation.kind === 'read' || (operation.expected !== null && (seen?.revision ?? 0) !== operation.expected)

/** Whether the answer fits what was there before, while the operation was open. */
const sawBefore = ({ operation, since }: Open, seen: Value | null, { past }: Configuration): boolean =>
  isRefused(operation, seen) && past.some(({ value, until }) => until >= since && isSameValue(value, seen))

const replace = (from: Configuration, value: Value | null, step: number): Configuration => ({
  ...from,
  value,
  past: [...from.past, { value: from.value, until: step }],
})

const withoutPast = (one: Configuration, oldest: number): Configuration =>
  one.past.some(({ until }) => until < oldest)
    ? { ...one, past: one.past.filter(({ until }) => until >= oldest) }
    : one

/** A write that was taken to have happened is answered: does the answer fit? */
function settle(id: number, answer: Answer, from: Configuration): Configuration | undefined {
  if (answer.kind !== 'written') return undefined
  const done = without(from.done, id)
  if (from.writer !== id || from.value === null) return { ...from, done }
  const { revision } = answer
  if (revision <= from.floor) return undefined
  return { ...from, value: { ...from.value, revision }, writer: null, floor: revision, done }
}

/** The configuration in which what was seen is what is there; it may tell a revision that was not known. */
function match(seen: Value | null, from: Configuration): Configuration | undefined {
  if (!isSameValue(from.value, seen)) return undefined
  if (from.value === null || from.value.revision !== null) return from
  const revision = seen?.revision ?? 0
  return revision > from.floor ? { ...from, value: seen, writer: null, floor: revision } : undefined
}

/** The configuration in which the condition of a write holds. */
function meet(expected: number | null, from: Configuration): Configuration | undefined {
  if (expected === null) return from
  const { value, floor } = from
  if (value === null) return expected === 0 ? from : undefined
  if (value.revision === null)
    return expected > floor
      ? { ...from, value: { ...value, revision: expected }, writer: null, floor: expected }
      : undefined
  return value.revision === expected ? from : undefined
}

/** A condition that has passed for ever. What must not exist may come to be so again. */
const isHopeless = (expected: number | null, { value, floor }: Configuration): boolean =>
  expected !== null && expected > 0 && expected <= floor && (value === null || value.revision !== expected)

function isSameValue(one: Value | null, other: Value | null): boolean {
  if (one === null || other === null) return one === other
  if (one.content !== other.content) return false
  return one.revision === null || other.revision === null || one.revision === other.revision
}

function without(done: ReadonlySet<number>, id: number): ReadonlySet<number> {
  const rest = new Set(done)
  rest.delete(id)
  return rest.size === 0 ? NONE : rest
}

function isSame(one: Configuration, other: Configuration): boolean {
  return (
    one.writer === other.writer &&
    one.floor === other.floor &&
    one.value?.revision === other.value?.revision &&
    one.value?.content === other.value?.content &&
    one.done.size === other.done.size &&
    [...one.done].every((id) => other.done.has(id)) &&
    one.past.length === other.past.length &&
    one.past.every(({ value, until }, index) => {
      const past = other.past[index]
      return past?.until === until && past.value === value
    })
  )
}
