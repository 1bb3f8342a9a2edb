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
