// The client certificate of a component is out of date: the apiserver does not know it any more.
import type { Fault } from './runtime/fault.ts'
import { findProcessFor } from './runtime/fault.ts'
import { impairing } from './runtime/impairing.ts'

export const certificateExpired: Fault = {
  name: 'certificate-expired',
  targets: ['node', 'process'],
  kinds: ['kubelet', 'kube-proxy', 'kube-controller-manager', 'kube-scheduler', 'kubectl'],
  parameters: {},
  title: { en: 'Expire its certificate', 'zh-CN': '证书过期' },
  explains: {
    en: 'The apiserver answers 401 Unauthorized to every request of this client (of a node: its kubelet). Watches that are open stay open.',
    'zh-CN':
      '对该客户端（节点即其 kubelet）的每个请求，apiserver 都回答 401 Unauthorized。已打开的 watch 不受影响。',
  },
  plan(target, _parameters, machines) {
    const found = findProcessFor(certificateExpired, machines, target)
    if (!found.ok) return found
    return impairing([found.process], 'certificate-expired')
  },
}
