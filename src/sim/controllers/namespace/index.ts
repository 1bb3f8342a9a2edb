// Empties namespaces that are being deleted, and then lets them go. Models pkg/controller/namespace.
import type { Namespace } from '../../api/objects.ts'
import { objectKey } from '../../api/objects.ts'
import { NAMESPACES, resourcePath } from '../../api/resources.ts'
import { api, failedWith } from '../../client/index.ts'
import type { Task } from '../../kernel/task.ts'
import type { Controller, SyncResult } from '../runtime/controller.ts'
import { explain, wallClock } from '../runtime/effects.ts'
import { namespaceInformer } from '../runtime/informers.ts'
import { withFindings } from './conditions.ts'
import type { Pass } from './content.ts'
import { deleteContent } from './content.ts'

/** Time for the apiservers to learn that the namespace takes nothing new any more. */
const DELETION_GRACE_MICROS = 5_000_000
const STATUS_TRIES = 5

export const namespaceController: Controller = {
  name: 'namespace-controller',
  serviceAccount: 'namespace-controller',
  component: 'namespace-controller',
  workers: 10,
  informers: [namespaceInformer],
  changed({ type, object }, tools) {
    if (type === 'delete' || object.metadata.deletionTimestamp === undefined) return
    tools.enqueueAfter(objectKey(object), DELETION_GRACE_MICROS)
  },
  sync,
}

function* sync(key: string): Task<SyncResult> {
  yield* explain(`namespace ${key} is being deleted: emptying it`)
  const found = yield* api.get(NAMESPACES, null, key)
  if (!found.ok)
    return failedWith(found, 'NotFound') ? undefined : { error: found.status.message ?? 'get failed' }
  const namespace = found.object
  if (namespace.metadata.deletionTimestamp === undefined || (namespace.spec.finalizers ?? []).length === 0)
    return undefined
  const pass = yield* deleteContent(key)
  const noted = yield* noteFindings(namespace, pass)
  if (typeof noted === 'string') return { error: noted }
  const error = pass.discoveryError ?? pass.contentErrors[0]
  if (error !== undefined) return { error }
  if (pass.estimateSeconds > 0) {
    const seconds = Math.floor(pass.estimateSeconds / 2) + 1
    yield* explain(`namespace ${key} still has ${listed(pass)}: looking again in ${seconds} s`)
    return { requeueAfterMicros: seconds * 1_000_000 }
  }
  return yield* finalize(noted)
}

const listed = ({ remaining }: Pass): string =>
  Object.entries(remaining)
    .map(([resource, count]) => `${count} ${resource.replace(/\.$/, '')}`)
    .join(', ')

/** Returns the Namespace as it is now, or what went wrong. */
function* noteFindings(first: Namespace, pass: Pass): Task<Namespace | string> {
  let namespace = first
  for (let attempt = 1; ; attempt++) {
    const next = withFindings(namespace, pass, yield* wallClock())
    if (next === namespace) return namespace
    const written = yield* api.updateStatus(NAMESPACES, next)
    if (written.ok) return written.object
    if (!failedWith(written, 'Conflict') || attempt >= STATUS_TRIES)
      return written.status.message ?? 'update failed'
    const fresh = yield* api.get(NAMESPACES, null, namespace.metadata.name)
    if (!fresh.ok) return fresh.status.message ?? 'get failed'
    namespace = fresh.object
  }
}

/** Takes `kubernetes` from the finalizers; with the last one the apiserver removes the Namespace. */
function* finalize(namespace: Namespace): Task<SyncResult> {
  const finalizers = (namespace.spec.finalizers ?? []).filter((finalizer) => finalizer !== 'kubernetes')
  yield* explain(`namespace ${namespace.metadata.name} is empty: letting it go`)
  const done = yield* api.raw({
    method: 'PUT',
    path: resourcePath(NAMESPACES, null, namespace.metadata.name, 'finalize'),
    query: {},
    headers: { 'content-type': 'application/json' },
    body: { ...namespace, spec: { ...namespace.spec, finalizers } },
  })
  return done.ok || failedWith(done, 'NotFound')
    ? undefined
    : { error: done.status.message ?? 'finalize failed' }
}
