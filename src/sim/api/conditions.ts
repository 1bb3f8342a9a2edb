// Conditions: reading and setting them in a status, without changing the list that is there.

export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}

export function findCondition<T extends Condition>(
  conditions: readonly T[] | undefined,
  type: string,
): T | undefined {
  return conditions?.find((condition) => condition.type === type)
}

export function isConditionTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return findCondition(conditions, type)?.status === 'True'
}

/**
 * The list with the condition replaced in its place, or appended. The transition time stays while the
 * status stays; a condition that says nothing new gives the same list back.
 */
export function setCondition<T extends Condition>(
  conditions: readonly T[] | undefined,
  condition: T,
): readonly T[] {
  const list = conditions ?? []
  const index = list.findIndex((candidate) => candidate.type === condition.type)
  const before = list[index]
  if (before === undefined) return [...list, condition]
  const kept =
    before.status === condition.status && before.lastTransitionTime !== undefined
      ? { ...condition, lastTransitionTime: before.lastTransitionTime }
      : condition
  if (sameMembers(before, kept)) return list
  return list.map((candidate, at) => (at === index ? kept : candidate))
}

export function removeCondition<T extends Condition>(
  conditions: readonly T[] | undefined,
  type: string,
): readonly T[] {
  const list = conditions ?? []
  return list.some((condition) => condition.type === type)
    ? list.filter((condition) => condition.type !== type)
    : list
}

function sameMembers(a: object, b: object): boolean {
  const left = Object.entries(a)
  const right = new Map(Object.entries(b))
  return left.length === right.size && left.every(([key, value]) => right.get(key) === value)
}
