// Whether what clients saw of one key could have happened one operation after the other: just-in-time linearization after
// Lowe, as Porcupine and Knossos search, but step by step. It keeps every state in which the key may be by now, each with
// the open operations that must have taken effect for that; an answer rules out the states that do not fit it.

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

interface Configuration {
  readonly value: Value | null
  /** The open operation that wrote `value`, where its revision is not known. */
  readonly writer: number | null
  /** Open operations that have taken effect, with what they must be answered. Null: anything that an answer may say. */
  readonly done: ReadonlyMap<number, Answer | null>
}

const MOST_CONFIGURATIONS = 256
const MOST_OPEN = 16
const NOTHING_DONE: ReadonlyMap<number, Answer | null> = new Map()

export class Register {
  private readonly open = new Map<number, Operation>()
  private configurations: readonly Configuration[] = [{ value: null, writer: null, done: NOTHING_DONE }]
  /** The search became too wide to go on: the key is not judged any more. */
  abandoned = false

  invoke(id: number, operation: Operation): void {
    if (this.abandoned) return
    this.open.set(id, operation)
    if (this.open.size <= MOST_OPEN) return
    this.forgetHopeless()
    if (this.open.size > MOST_OPEN) this.abandon()
  }

  /** Nobody will see an answer to this: a write may still take effect, a read tells nothing. */
  unanswered(id: number): void {
    if (this.open.get(id)?.kind === 'read') this.forget(id)
    else this.forgetHopeless()
  }

  /** False when no order of operations explains the answer. */
  answered(id: number, answer: Answer): boolean {
    const operation = this.open.get(id)
    if (this.abandoned || operation === undefined) return true
    const next: Configuration[] = []
    for (const configuration of this.configurations) this.explain(id, operation, answer, configuration, next)
    this.open.delete(id)
    if (next.length === 0) {
      this.abandon()
      return false
    }
    this.configurations = next
    return true
  }

  get isQuiet(): boolean {
    return this.open.size === 0
  }

  /** All ways in which `id` has taken effect by now and is answered so, from one configuration. */
  private explain(
    id: number,
    operation: Operation,
    answer: Answer,
    from: Configuration,
    found: Configuration[],
  ): void {
    if (from.done.has(id)) {
      const settled = settle(id, answer, from)
      if (settled !== undefined) this.keep(found, settled)
      return
    }
    const applied = apply(operation, answer, from)
    if (applied !== undefined) this.keep(found, applied)
    // Something else that is still open may have come first.
    for (const [other, between] of this.open) {
      if (other === id || from.done.has(other)) continue
      const after = assume(other, between, from)
      if (after !== undefined) this.explain(id, operation, answer, after, found)
    }
  }

  private keep(found: Configuration[], one: Configuration): void {
    if (found.some((other) => isSame(other, one))) return
    found.push(one)
    if (found.length > MOST_CONFIGURATIONS) this.abandon()
  }

  /** A conditional write whose condition has passed for ever changes nothing any more. */
  private forgetHopeless(): void {
    for (const [id, operation] of this.open) {
      if (operation.kind !== 'write' || operation.expected === null) continue
      const { expected } = operation
      const isHopeless = this.configurations.every(
        ({ value, done }) =>
          !done.has(id) && value !== null && value.revision !== null && value.revision > expected,
      )
      if (isHopeless) this.open.delete(id)
    }
  }

  private forget(id: number): void {
    this.open.delete(id)
    this.configurations = this.configurations.filter(({ done }) => !done.has(id))
    if (this.configurations.length === 0) this.abandon()
  }

  private abandon(): void {
    this.abandoned = true
    this.configurations = []
    this.open.clear()
  }
}

/** The operation takes effect now and is answered so. */
function apply(operation: Operation, answer: Answer, from: Configuration): Configuration | undefined {
  if (answer.kind === 'seen') {
    const matched = match(answer.value, from)
    if (matched === undefined || operation.kind === 'read') return matched
    // A write that says it did not match must not have matched.
    return operation.expected !== null && revisionOf(matched.value) !== operation.expected
      ? matched
      : undefined
  }
  if (operation.kind === 'read') return undefined
  const before = meet(operation.expected, from)
  if (before === undefined) return undefined
  const { content } = operation
  const value = content === null ? null : { revision: answer.revision, content }
  return { value, writer: null, done: before.done }
}

/** A configuration in which an operation that has no answer yet takes effect; reads and what does not match change nothing. */
function assume(id: number, operation: Operation, from: Configuration): Configuration | undefined {
  if (operation.kind === 'read') {
    const done = new Map(from.done).set(id, { kind: 'seen', value: from.value })
    return { ...from, done }
  }
  const before = meet(operation.expected, from)
  if (before === undefined) {
    const done = new Map(from.done).set(id, { kind: 'seen', value: from.value })
    return { ...from, done }
  }
  const { content } = operation
  const done = new Map(before.done).set(id, null)
  return content === null
    ? { value: null, writer: null, done }
    : { value: { revision: null, content }, writer: id, done }
}

/** An operation that was taken to have happened is answered: does the answer fit? */
function settle(id: number, answer: Answer, from: Configuration): Configuration | undefined {
  const assumed = from.done.get(id)
  const done = new Map(from.done)
  done.delete(id)
  if (assumed === null || assumed === undefined) {
    if (answer.kind !== 'written') return undefined
    if (from.writer !== id || from.value === null) return { ...from, done }
    return { value: { ...from.value, revision: answer.revision }, writer: null, done }
  }
  if (answer.kind !== 'seen' || assumed.kind !== 'seen' || !isSameValue(assumed.value, answer.value))
    return undefined
  return { ...from, done }
}

/** The configuration in which what was seen is what is there; it may tell a revision that was not known. */
function match(seen: Value | null, from: Configuration): Configuration | undefined {
  if (!isSameValue(from.value, seen)) return undefined
  return from.value?.revision === null ? { ...from, value: seen } : from
}

/** The configuration in which the condition of a write holds. */
function meet(expected: number | null, from: Configuration): Configuration | undefined {
  if (expected === null) return from
  if (from.value !== null && from.value.revision === null && expected > 0)
    return { ...from, value: { ...from.value, revision: expected } }
  return revisionOf(from.value) === expected ? from : undefined
}

const revisionOf = (value: Value | null): number | null => (value === null ? 0 : value.revision)

function isSameValue(one: Value | null, other: Value | null): boolean {
  if (one === null || other === null) return one === other
  if (one.content !== other.content) return false
  return one.revision === null || other.revision === null || one.revision === other.revision
}

function isSame(one: Configuration, other: Configuration): boolean {
  if (one.writer !== other.writer || one.done.size !== other.done.size) return false
  if (one.value?.revision !== other.value?.revision || one.value?.content !== other.value?.content)
    return false
  for (const [id, answer] of one.done) {
    const theirs = other.done.get(id)
    if (theirs === undefined || (answer === null) !== (theirs === null)) return false
    if (answer?.kind === 'seen' && theirs?.kind === 'seen' && !isSameValue(answer.value, theirs.value))
      return false
  }
  return true
}
