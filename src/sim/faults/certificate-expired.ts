// The client certificate of a component is out of date: the apiserver does not know it any more.
import type { Fault } from './runtime/fault.ts'
import { findProcess, noProcess, refuse } from './runtime/fault.ts'
import { impairing } from './runtime/impairing.ts'

const CLIENTS = ['kubelet', 'kube-proxy', 'kube-controller-manager', 'kube-scheduler', 'kubectl']

export const certificateExpired: Fault = {
  name: 'certificate-expired',
  targets: ['node', 'process'],
  parameters: {},
  title: { en: 'Expire its certificate', 'zh-CN': '证书过期' },
  explains: {
    en: 'The apiserver answers 401 Unauthorized to every request of this client (of a node: its kubelet). Watches that are open stay open.',
    'zh-CN':
      '对该客户端（节点即其 kubelet）的每个请求，apiserver 都回答 401 Unauthorized。已打开的 watch 不受影响。',
  },
  plan(target, _parameters, machines) {
    const process = findProcess(machines, target) ?? findProcess(machines, `${target}/kubelet`)
    if (process === undefined) return noProcess(machines, target)
    const { kind } = machines.processes.find(({ id }) => id === process) ?? { kind: '' }
    if (!CLIENTS.includes(kind)) return refuse(`${target} is no client of the apiserver`)
    return impairing([process], 'certificate-expired')
  },
}
