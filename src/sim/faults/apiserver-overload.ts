// The apiserver has more requests than it may work on: priority and fairness turns requests away.
import type { Fault } from './runtime/fault.ts'
import { findProcessFor, integerParameter } from './runtime/fault.ts'
import { impairing } from './runtime/impairing.ts'

export const apiserverOverload: Fault = {
  name: 'apiserver-overload',
  targets: ['process'],
  kinds: ['kube-apiserver'],
  parameters: {
    percent: {
      type: 'integer',
      default: 80,
      minimum: 1,
      maximum: 100,
      description: { en: 'Share of requests turned away, in percent', 'zh-CN': '被拒绝请求的比例（%）' },
    },
  },
  title: { en: 'Overload the apiserver (429)', 'zh-CN': 'apiserver 过载（429）' },
  explains: {
    en: 'Priority and fairness answers requests with 429 and Retry-After. Leases, and what kubelets report of their nodes, have seats of their own.',
    'zh-CN':
      '优先级与公平性（APF）以 429 和 Retry-After 拒绝请求。Lease 和 kubelet 的节点上报有专用的席位，不受影响。',
  },
  plan(target, parameters, machines) {
    const found = findProcessFor(apiserverOverload, machines, target)
    if (!found.ok) return found
    return impairing([found.process], 'overload', integerParameter(apiserverOverload, parameters, 'percent'))
  },
}
