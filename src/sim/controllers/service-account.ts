// Keeps a ServiceAccount `default` in every namespace: no Pod is admitted without it. Models
// pkg/controller/serviceaccount/serviceaccounts_controller.go.
import type { Namespace } from '../api/objects.ts'
import { keyOf, objectKey } from '../api/objects.ts'
import { NAMESPACES, SERVICE_ACCOUNTS } from '../api/resources.ts'
import { api, failedWith } from '../client/index.ts'
import type { Task } from '../kernel/task.ts'
import type { Controller, SyncResult } from './runtime/controller.ts'
import { cache, explain } from './runtime/effects.ts'
import { namespaceInformer, serviceAccountInformer } from './runtime/informers.ts'

const NAME = 'default'

export const serviceAccountController: Controller = {
  name: 'serviceaccount-controller',
  serviceAccount: 'service-account-controller',
  component: 'serviceaccount-controller',
  workers: 1,
  informers: [namespaceInformer, serviceAccountInformer],
  changed({ ref, type, object }, tools) {
    if (ref === NAMESPACES) {
      if (type !== 'delete') tools.enqueue(objectKey(object))
    } else if (type === 'delete' && object.metadata.name === NAME) {
      tools.enqueue(object.metadata.namespace ?? '')
    }
  },
  sync,
}

function* sync(key: string): Task<SyncResult> {
  const namespace: Namespace | undefined = yield* cache.get(NAMESPACES, key)
  if (namespace === undefined || namespace.status.phase === 'Terminating') return undefined
  if ((yield* cache.get(SERVICE_ACCOUNTS, keyOf(key, NAME))) !== undefined) return undefined
  yield* explain(`namespace ${key} has no ServiceAccount ${NAME}: creating it`)
  const created = yield* api.create(SERVICE_ACCOUNTS, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { namespace: key, name: NAME },
  })
  if (created.ok || failedWith(created, 'AlreadyExists')) return undefined
  const terminating = created.status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating')
  return terminating === true ? undefined : { error: created.status.message ?? 'create failed' }
}
