// The network plugins of a node fail, as when their daemon is gone.
import type { Fault } from './runtime/fault.ts'
import { impairingHost } from './runtime/impairing.ts'

export const cniFailing: Fault = {
  name: 'cni-failing',
  targets: ['node'],
  parameters: {},
  title: { en: 'Fail the Pod network', 'zh-CN': 'CNI 失败' },
  explains: {
    en: 'No Pod gets a network any more: FailedCreatePodSandBox. Pods that run are not touched.',
    'zh-CN': '新的 Pod 无法获得网络：FailedCreatePodSandBox。已在运行的 Pod 不受影响。',
  },
  plan: (target, _parameters, machines) => impairingHost(machines, target, ['cni'], 'cni-failing'),
}
