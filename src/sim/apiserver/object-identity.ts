// The metadata that the server gives an object: its name, uid and times. Models apiserver/pkg/registry/rest (meta.go,
// create.go). managedFields are left out: who changed what is in the trace.

import type { Open } from '../api/json.ts'
import { copied, extended } from '../api/json.ts'
import { generateName } from '../api/names.ts'
import type { KubeObject, ObjectMeta, Uid } from '../api/objects.ts'
import { asUid } from '../api/objects.ts'
import type { Task } from '../kernel/task.ts'
import { randoms } from './effects.ts'

const HEX = '0123456789abcdef'

/** A version 4 UUID from four numbers of the server's stream. */
export function* newUid(): Task<Uid> {
  let digits = ''
  for (const share of yield* randoms(5)) {
    let word = Math.floor(share * 4294967296)
    for (let digit = 0; digit < 8 && digits.length < 32; digit++) {
      digits += HEX.charAt(word & 15)
      word >>>= 4
    }
  }
  const variant = HEX.charAt(8 + (Number.parseInt(digits.charAt(16), 16) & 3))
  return asUid(
    `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20, 32)}`,
  )
}

/** A name for an object that asked for one by generateName. */
export function* nameFor(object: KubeObject): Task<string> {
  const { name, generateName: base = '' } = object.metadata
  if (name !== '' || base === '') return name
  const drawn = yield* randoms(5)
  let used = 0
  return generateName(base, (below) => Math.floor((drawn[used++] ?? 0) * below))
}

/** Metadata of a new object: what the client may not choose is wiped. */
export function freshMeta(
  meta: ObjectMeta,
  namespace: string,
  name: string,
  uid: Uid,
  creationTimestamp: string,
): ObjectMeta {
  const {
    deletionTimestamp: _time,
    deletionGracePeriodSeconds: _grace,
    managedFields: _fields,
    namespace: _sent,
    ...kept
  } = meta
  return namespace === ''
    ? extended(kept, { name, uid, creationTimestamp })
    : extended(kept, { name, namespace, uid, creationTimestamp })
}

/** Metadata of an update: identity and deletion are what they were. */
export function carriedMeta(meta: ObjectMeta, old: ObjectMeta): ObjectMeta {
  const {
    deletionTimestamp: _time,
    deletionGracePeriodSeconds: _grace,
    managedFields: _fields,
    generateName: _base,
    ...kept
  } = meta
  const carried: Open<ObjectMeta> = copied(kept)
  if (old.generateName !== undefined) carried.generateName = old.generateName
  if (old.namespace !== undefined) carried.namespace = old.namespace
  carried.uid = old.uid
  carried.creationTimestamp = old.creationTimestamp
  if (old.generation !== undefined) carried.generation = old.generation
  if (old.deletionTimestamp !== undefined) carried.deletionTimestamp = old.deletionTimestamp
  if (old.deletionGracePeriodSeconds !== undefined)
    carried.deletionGracePeriodSeconds = old.deletionGracePeriodSeconds
  return carried
}
