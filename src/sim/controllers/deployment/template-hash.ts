// The `pod-template-hash` of a template: FNV-1a in the alphabet of generated names, as upstream. The text that is hashed
// is not Go's dump of the struct, so the value differs from a real cluster's for the same template.
import { deepEqual } from '../../api/json.ts'
import { safeEncode } from '../../api/names.ts'
import type { Labels, PodTemplateSpec } from '../../api/objects.ts'

export const HASH_LABEL = 'pod-template-hash'

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

export function templateHash(template: PodTemplateSpec, collisionCount: number | undefined): string {
  let hash = hashValue(template, FNV_OFFSET)
  if (collisionCount !== undefined) hash = hashText(String(collisionCount), hash)
  return safeEncode(String(hash))
}

function hashValue(value: unknown, hash: number): number {
  if (typeof value !== 'object' || value === null) return hashText(`${typeof value}:${String(value)};`, hash)
  // Key order must not count: an object that went through a patch has another one.
  const keys = Object.keys(value).sort()
  let folded = hashText(Array.isArray(value) ? '[' : '{', hash)
  for (const key of keys) {
    const member = (value as Readonly<Record<string, unknown>>)[key]
    if (member !== undefined) folded = hashValue(member, hashText(`${key}=`, folded))
  }
  return hashText('}', folded)
}

function hashText(text: string, hash: number): number {
  let folded = hash
  for (let i = 0; i < text.length; i++) folded = Math.imul(folded ^ text.charCodeAt(i), FNV_PRIME)
  return folded >>> 0
}

export function equalIgnoringHash(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  if (!deepEqual(a.spec, b.spec)) return false
  const { labels: labelsA, ...restA } = a.metadata ?? {}
  const { labels: labelsB, ...restB } = b.metadata ?? {}
  return deepEqual(restA, restB) && deepEqual(withoutHash(labelsA), withoutHash(labelsB))
}

function withoutHash(labels: Labels | undefined): Labels {
  const { [HASH_LABEL]: _hash, ...rest } = labels ?? {}
  return rest
}
