// The metadata that the server gives an object: its name, uid and times. Models apiserver/pkg/registry/rest (meta.go,
// create.go). managedFields are left out: who changed what is in the trace.

import type { Open } from '../api/json.ts'
import { setMember } from '../api/json.ts'
import { generateName } from '../api/names.ts'
import type { KubeObject, ObjectMeta, Uid } from '../api/objects.ts'
import { asUid } from '../api/objects.ts'

/** The characters of the digits. */
const HEX: readonly number[] = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))
const DASH = 45

/** A version 4 UUID. Of the five numbers that it draws the last is not needed, but old histories hold it. */
export function newUid(random: () => number): Uid {
  const codes: number[] = []
  for (let part = 0; part < 4; part++) {
    const word = Math.floor(random() * 4294967296)
    for (let byte = 0; byte < 4; byte++) {
      const place = part * 4 + byte
      if (place === 4 || place === 6 || place === 8 || place === 10) codes.push(DASH)
      const bits = word >>> (byte * 8)
      // The first digit of a byte is its lower half; two of them say the version and the variant.
      const first = place === 6 ? 4 : place === 8 ? 8 + (bits & 3) : bits & 15
      codes.push(HEX[first] ?? 0, HEX[(bits >>> 4) & 15] ?? 0)
    }
  }
  random()
  return asUid(String.fromCharCode(...codes))
}

/** A name for an object that asked for one by generateName. */
export function nameFor(object: KubeObject, random: () => number): string {
  const { name, generateName: base = '' } = object.metadata
  if (name !== '' || base === '') return name
  return generateName(base, (below) => Math.floor(random() * below))
}

/** What a client may neither choose nor change. */
const WIPED: ReadonlySet<string> = new Set([
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
])

/** A copy without what is wiped, and without one more member. */
function kept(meta: ObjectMeta, without: keyof ObjectMeta): Open<ObjectMeta> {
  const copy: Record<string, unknown> = {}
  const members = meta as object as Readonly<Record<string, unknown>>
  for (const member in members)
    if (member !== without && !WIPED.has(member)) setMember(copy, member, members[member])
  // It has all that an ObjectMeta must have, as `meta` had it.
  return copy as object as Open<ObjectMeta>
}

/** Metadata of a new object: what the client may not choose is wiped. */
export function freshMeta(
  meta: ObjectMeta,
  namespace: string,
  name: string,
  uid: Uid,
  creationTimestamp: string,
): ObjectMeta {
  const fresh = kept(meta, 'namespace')
  fresh.name = name
  if (namespace !== '') fresh.namespace = namespace
  fresh.uid = uid
  fresh.creationTimestamp = creationTimestamp
  return fresh
}

/** Metadata of an update: identity and deletion are what they were, and it rests on the version that it was made from. */
export function carriedMeta(meta: ObjectMeta, old: ObjectMeta): ObjectMeta {
  const carried = kept(meta, 'generateName')
  if (old.generateName !== undefined) carried.generateName = old.generateName
  if (old.namespace !== undefined) carried.namespace = old.namespace
  carried.uid = old.uid
  carried.creationTimestamp = old.creationTimestamp
  if (old.generation !== undefined) carried.generation = old.generation
  if (old.deletionTimestamp !== undefined) carried.deletionTimestamp = old.deletionTimestamp
  if (old.deletionGracePeriodSeconds !== undefined)
    carried.deletionGracePeriodSeconds = old.deletionGracePeriodSeconds
  carried.resourceVersion = old.resourceVersion
  return carried
}
