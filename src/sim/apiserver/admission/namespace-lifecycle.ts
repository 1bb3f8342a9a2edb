// Keeps objects out of namespaces that do not exist or are going away, and the system namespaces from deletion.
// Models apiserver/pkg/admission/plugin/namespace/lifecycle.
import type { Namespace } from '../../api/objects.ts'
import type { Status } from '../../api/status.ts'
import { forbiddenRequest, notFound } from '../../api/status.ts'
import { lookup } from '../effects.ts'
import { readObject } from '../storage.ts'
import type { AdmissionPlugin, AdmissionRequest } from './runtime/plugin.ts'
import { denied, unchanged } from './runtime/plugin.ts'

const IMMORTAL: readonly string[] = ['default', 'kube-system', 'kube-public']
const NAMESPACES = { group: '', resource: 'namespaces' } as const

export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  handles: (request) =>
    request.resource === 'namespaces'
      ? request.operation === 'DELETE'
      : request.operation === 'CREATE' && request.definition.namespaced,
  *review(request) {
    if (request.resource === 'namespaces') {
      if (!IMMORTAL.includes(request.name)) return unchanged(request)
      return denied(forbiddenRequest(NAMESPACES, request.name, 'this namespace may not be deleted'))
    }
    let namespace = (yield* lookup('namespaces', request.namespace)) as Namespace | null
    if (namespace === null) {
      // The cache may lag behind a namespace that was created a moment ago.
      const read = yield* readObject(`/registry/namespaces/${request.namespace}`)
      if (!read.ok) return denied(read.status)
      namespace = read.value as Namespace | null
    }
    if (namespace === null) return denied(notFound(NAMESPACES, request.namespace))
    if (namespace.metadata.deletionTimestamp === undefined) return unchanged(request)
    return denied(terminating(request))
  },
}

function terminating(request: AdmissionRequest): Status {
  const { namespace } = request
  const status = forbiddenRequest(
    request.definition,
    request.name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
  )
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  }
  return { ...status, details: { ...status.details, causes: [cause] } }
}
