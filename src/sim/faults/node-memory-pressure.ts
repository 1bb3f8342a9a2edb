// Something that is no Pod uses up the memory of a node, and does not give it back while the fault lasts.
import type { Fault } from './runtime/fault.ts'
import { integerParameter } from './runtime/fault.ts'
import { impairingHost } from './runtime/impairing.ts'

export const nodeMemoryPressure: Fault = {
  name: 'node-memory-pressure',
  targets: ['node'],
  parameters: {
    availableMebibytes: {
      type: 'integer',
      default: 50,
      minimum: 0,
      maximum: 99,
      description: { en: 'What is left, in MiB', 'zh-CN': '剩余内存（MiB）' },
    },
  },
  title: { en: 'Use up the memory', 'zh-CN': '内存压力' },
  explains: {
    en: 'The kubelet finds too little memory: MemoryPressure, a taint, and one Pod after another is evicted.',
    'zh-CN': 'kubelet 发现可用内存不足：出现 MemoryPressure 和对应的 taint，Pod 被逐个驱逐。',
  },
  plan: (target, parameters, machines) =>
    impairingHost(
      machines,
      target,
      ['kubelet'],
      'memory-available',
      integerParameter(nodeMemoryPressure, parameters, 'availableMebibytes'),
    ),
}
