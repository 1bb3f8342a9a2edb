// Taints a new Node as not ready, so that nothing is scheduled there before its kubelet has reported.
// Models plugin/pkg/admission/nodetaint.
import type { Node, Taint } from '../../api/objects.ts'
import { sameTaint } from '../../api/tolerations.ts'
import type { AdmissionPlugin } from './runtime/plugin.ts'
import { changed, unchanged } from './runtime/plugin.ts'

const NOT_READY: Taint = Object.freeze({ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' })

export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  handles: (request) =>
    request.resource === 'nodes' && request.subresource === '' && request.operation === 'CREATE',
  mutate(request) {
    const node = request.object as Node
    const taints = node.spec?.taints ?? []
    if (taints.some((taint) => sameTaint(taint, NOT_READY))) return unchanged(request)
    const object = { ...node, spec: { ...node.spec, taints: [...taints, NOT_READY] } }
    return changed(object, `added the taint ${NOT_READY.key}:NoSchedule`)
  },
}
