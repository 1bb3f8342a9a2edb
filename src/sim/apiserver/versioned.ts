// Objects as clients see them: etcd keeps them without a resourceVersion, and the revision of their last write fills it in.
// Models the versioner of apiserver/pkg/storage.
import { copied } from '../api/json.ts'
import type { KubeObject } from '../api/objects.ts'
import { asResourceVersion } from '../api/objects.ts'
import type { KeyValue } from '../etcd/messages.ts'

const RECENT = 1024
// cache: at most as many as RECENT, made last: the answer to a write, its event and reads that follow share them.
const recent: { readonly stored: KubeObject; readonly revision: number; readonly object: KubeObject }[] = []

export function objectOf(kv: KeyValue): KubeObject {
  return withResourceVersion(kv.value as KubeObject, kv.modRevision)
}

export function withResourceVersion(stored: KubeObject, revision: number): KubeObject {
  const place = revision % RECENT
  const made = recent[place]
  if (made !== undefined && made.stored === stored && made.revision === revision) return made.object
  const metadata = copied(stored.metadata)
  metadata.resourceVersion = asResourceVersion(revision)
  const object = copied(stored)
  object.metadata = Object.freeze(metadata)
  Object.freeze(object)
  recent[place] = { stored, revision, object }
  return object
}
