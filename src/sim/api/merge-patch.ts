// JSON Merge Patch (RFC 7386): objects merge, null removes, everything else replaces.
import type { Json } from './json.ts'
import { deepEqual, has, isJsonArray, isJsonObject, setMember, withoutMember } from './json.ts'

/** Sub-trees that the patch does not name are shared with the target; a patch without effect returns it. */
export function applyMergePatch(target: Json, patch: Json): Json {
  if (!isJsonObject(patch)) return isJsonObject(target) ? patch : withoutNullMembers(patch)
  const base = isJsonObject(target) ? target : {}
  let copy: Record<string, Json> | undefined = isJsonObject(target) ? undefined : {}
  for (const key of Object.keys(patch)) {
    const change = patch[key] ?? null
    const before = has(base, key) ? base[key] : undefined
    if (change === null) {
      if (before === undefined) continue
      copy = withoutMember(copy ?? base, key)
      continue
    }
    const after = applyMergePatch(before ?? null, change)
    if (after === before) continue
    copy ??= { ...base }
    setMember(copy, key, after)
  }
  return copy ?? base
}

/** Upstream drops the null members of objects in an array that it takes over, but no null elements. */
function withoutNullMembers(value: Json): Json {
  if (isJsonArray(value)) return value.map(withoutNullMembers)
  return isJsonObject(value) ? applyMergePatch({}, value) : value
}

/** The merge patch that turns one value into another; undefined where they are equal. */
export function createMergePatch(from: Json, to: Json): Json | undefined {
  if (deepEqual(from, to)) return undefined
  if (!isJsonObject(from) || !isJsonObject(to)) return to
  const patch: Record<string, Json> = {}
  for (const key of Object.keys(from)) {
    if (!has(to, key)) setMember(patch, key, null)
  }
  for (const key of Object.keys(to)) {
    const value = to[key] ?? null
    const change = has(from, key) ? createMergePatch(from[key] ?? null, value) : value
    if (change !== undefined) setMember(patch, key, change)
  }
  return patch
}
