// The metadata that the server gives an object: its name, uid and times. Models apiserver/pkg/registry/rest (meta.go,
// create.go). managedFields are left out: who changed what is in the trace.

import type { Open } from '../api/json.ts'
import { setMember } from '../api/json.ts'
import { generateName } from '../api/names.ts'
import type { KubeObject, ObjectMeta, Uid } from '../api/objects.ts'
import { asUid } from '../api/objects.ts'

const HEX = '0123456789abcdef'

const TWO_DIGITS: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => HEX.charAt(byte & 15) + HEX.charAt(byte >>> 4),
)

/** A version 4 UUID. Of the five numbers that it draws the last is not needed, but old histories hold it. */
export function newUid(random: () => number): Uid {
  let digits = ''
  for (let part = 0; part < 4; part++) {
    const word = Math.floor(random() * 4294967296)
    for (let shift = 0; shift < 32; shift += 8) digits += TWO_DIGITS[(word >>> shift) & 255] ?? ''
  }
  random()
  const variant = HEX.charAt(8 + (Number.parseInt(digits.charAt(16), 16) & 3))
  return asUid(
    `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20, 32)}`,
  )
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
