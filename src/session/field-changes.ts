// The differences between two versions of an object, field by field, as paths that a reader of YAML recognizes.
import type { FieldChange } from '../worker/protocol.ts'

const MAX_CHANGES = 200

export function fieldChanges(before: unknown, after: unknown): FieldChange[] {
  const changes: FieldChange[] = []
  compare(before ?? undefined, after ?? undefined, '', changes)
  return changes
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function compare(before: unknown, after: unknown, path: string, changes: FieldChange[]): void {
  if (before === after || changes.length >= MAX_CHANGES) return
  if (isRecord(before) && isRecord(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(before[key], after[key], path === '' ? key : `${path}.${key}`, changes)
    }
    return
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const key = mergeKey(before, after)
    if (key !== undefined) return compareByKey(before, after, key, path, changes)
    const length = Math.max(before.length, after.length)
    for (let index = 0; index < length; index++)
      compare(before[index], after[index], `${path}[${index}]`, changes)
    return
  }
  changes.push({
    path,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  })
}

/** The fields that tell the items of Kubernetes' lists apart: containers by name, conditions by type, owners by uid. */
const MERGE_KEYS = ['name', 'type', 'uid', 'containerPort', 'port', 'key'] as const

/** A field that every item of both lists has, with a value of its own. */
function mergeKey(before: readonly unknown[], after: readonly unknown[]): string | undefined {
  if (before.length === 0 || after.length === 0) return undefined
  return MERGE_KEYS.find((key) => isUnique(before, key) && isUnique(after, key))
}

function isUnique(items: readonly unknown[], key: string): boolean {
  const values = items.map((item) => (isRecord(item) ? item[key] : undefined))
  return !values.includes(undefined) && new Set(values).size === items.length
}

function compareByKey(
  before: readonly unknown[],
  after: readonly unknown[],
  key: string,
  path: string,
  changes: FieldChange[],
): void {
  const keyOf = (item: unknown): unknown => (isRecord(item) ? item[key] : item)
  const old = new Map(before.map((item) => [keyOf(item), item]))
  // The reader looks at the list as it is now, so paths count in it; what is gone counts where it was.
  after.forEach((item, index) => {
    compare(old.get(keyOf(item)), item, `${path}[${index}]`, changes)
  })
  const now = new Set(after.map(keyOf))
  before.forEach((item, index) => {
    if (!now.has(keyOf(item))) compare(item, undefined, `${path}[${index}]`, changes)
  })
}
