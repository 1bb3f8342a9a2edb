// Keeps objects out of namespaces that do not exist or are going away, and the system namespaces from deletion.
// Models apiserver/pkg/admission/plugin/namespace/lifecycle.
import type { Status } from '../../api/status.ts'
import { forbiddenRequest, notFound } from '../../api/status.ts'
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
  // The cache may lag behind a namespace that was created a moment ago; then etcd is asked.
  looksAt: (request) =>
    request.resource === 'namespaces' ? undefined : { kind: 'namespaces', key: request.namespace },
  mutate(request, found) {
    if (request.resource === 'namespaces') {
      if (!IMMORTAL.includes(request.name)) return unchanged(request)
      return denied(forbiddenRequest(NAMESPACES, request.name, 'this namespace may not be deleted'))
    }
    if (!found.ok) return denied(found.status)
    if (found.value === null) return denied(notFound(NAMESPACES, request.namespace))
    if (found.value.metadata.deletionTimestamp === undefined) return unchanged(request)
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
