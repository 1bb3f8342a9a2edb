// The search for an order is compared with trying every order, on short random histories, true ones and wrong ones.
import { expect, test } from 'vitest'
import { Random } from '../fuzz/random.ts'
import type { Answer, Operation, Value } from './register.ts'
import { Register } from './register.ts'

interface Call {
  readonly operation: Operation
  readonly asked: number
  /** Null: nobody sees an answer. */
  answered: number | null
  answer: Answer
}

const CONTENTS = ['a', 'b'] as const

/** Operations that overlap at random, each of which takes effect at one moment between its question and its answer. */
function history(random: Random): Call[] {
  let value: Value | null = null
  let revision = 1
  const calls: (Call & { readonly effect: number })[] = []
  const count = random.integer(2, 6)
  const known = [0]
  for (let number = 0; number < count; number++) {
    const asked = random.integer(0, 100)
    const effect = asked + random.integer(1, 60)
    const answered = random.chance(0.25) ? null : effect + random.integer(1, 60)
    const operation: Operation = random.chance(0.3)
      ? { kind: 'read' }
      : { kind: 'write', expected: 0, content: null }
    calls.push({
      operation,
      asked: asked * 10 + number,
      effect: effect * 10 + number,
      answered,
      answer: { kind: 'seen', value: null },
    })
    if (answered !== null) calls[number]!.answered = answered * 10 + number
  }
  for (const call of [...calls].sort((one, other) => one.effect - other.effect)) {
    let { operation } = call
    if (operation.kind === 'write') {
      const expected = random.pick(known) ?? 0
      const deletes = expected > 0 && random.chance(0.3)
      operation = { kind: 'write', expected, content: deletes ? null : random.pick(CONTENTS) }
      ;(call as { operation: Operation }).operation = operation
    }
    const current: number = value?.revision ?? 0
    if (operation.kind === 'read' || operation.expected !== current) call.answer = { kind: 'seen', value }
    else {
      revision++
      value = operation.content === null ? null : { revision, content: operation.content }
      known.push(revision)
      call.answer = { kind: 'written', revision }
    }
    known.push(value?.revision ?? 0)
  }
  return calls
}

/** Another answer to one of the operations, which may or may not have been possible. */
function spoiled(random: Random, calls: readonly Call[]): Call[] {
  const at = random.integer(0, calls.length - 1)
  return calls.map((call, index) => {
    if (index !== at) return call
    const value = random.chance(0.3)
      ? null
      : { revision: random.integer(2, 4), content: random.pick(CONTENTS) }
    const answer: Answer =
      call.operation.kind === 'write' && random.chance(0.5)
        ? { kind: 'written', revision: random.integer(2, 6) }
        : { kind: 'seen', value }
    return { ...call, answer }
  })
}

function accepts(calls: readonly Call[]): boolean {
  const register = new Register()
  let ok = true
  const moments = calls.flatMap(({ operation, asked, answered, answer }, id) => {
    const ask = { at: asked, act: () => register.invoke(id, operation) }
    const lose = { at: asked + 0.5, act: () => register.unanswered(id) }
    if (answered === null) return [ask, lose]
    const tell = (): void => {
      ok = register.answered(id, answer) && ok
    }
    return [ask, { at: answered, act: tell }]
  })
  for (const { act } of moments.sort((one, other) => one.at - other.at)) act()
  return ok
}

/** Tries every order that real time allows; what nobody was answered may be left out. */
function hasOrder(calls: readonly Call[], value: Value | null = null, last = 1): boolean {
  if (calls.every(({ answered }) => answered === null)) return true
  return calls.some((call) => {
    if (calls.some((other) => other.answered !== null && other.answered < call.asked)) return false
    const rest = calls.filter((other) => other !== call)
    const { operation, answer, answered } = call
    const current = value?.revision ?? 0
    if (operation.kind === 'read' || operation.expected !== current) {
      if (answered === null) return false
      if (answer.kind === 'written') return false
      if (answer.value?.revision !== value?.revision || answer.value?.content !== value?.content) return false
      return hasOrder(rest, value, last)
    }
    if (answered !== null && (answer.kind !== 'written' || answer.revision <= last)) return false
    const revisions =
      answered !== null && answer.kind === 'written' ? [answer.revision] : [2, 3, 4, 5, 6, 7, 8]
    return revisions
      .filter((revision) => revision > last)
      .some((revision) =>
        hasOrder(
          rest,
          operation.content === null ? null : { revision, content: operation.content },
          revision,
        ),
      )
  })
}

test('what really happened is accepted; what is refused could not have happened, and most of that is refused', () => {
  let wrong = 0
  let refused = 0
  for (let seed = 0; seed < 3_000; seed++) {
    const random = new Random(seed, 'register')
    const calls = history(random)
    expect(accepts(calls), `seed ${seed}`).toBe(true)
    const other = spoiled(random, calls)
    const possible = hasOrder(other)
    const accepted = accepts(other)
    if (possible) expect(accepted, `seed ${seed}, spoiled: ${JSON.stringify(other)}`).toBe(true)
    else wrong++
    if (!accepted) refused++
  }
  // Revisions of writes that were overwritten before their answer came are left to the check of their order.
  expect(wrong).toBeGreaterThan(1_000)
  expect(refused / wrong).toBeGreaterThan(0.9)
})

test('many open operations cost little', () => {
  const register = new Register()
  for (let id = 0; id < 40; id++)
    register.invoke(id, id % 2 === 0 ? { kind: 'read' } : { kind: 'write', expected: 0, content: id })
  expect(register.answered(1, { kind: 'written', revision: 2 })).toBe(true)
  expect(register.answered(3, { kind: 'seen', value: { revision: 2, content: 1 } })).toBe(true)
  expect(register.answered(0, { kind: 'seen', value: null })).toBe(true)
  expect(register.abandoned).toBe(false)
  expect(register.answered(2, { kind: 'seen', value: { revision: 3, content: 5 } })).toBe(false)
})
