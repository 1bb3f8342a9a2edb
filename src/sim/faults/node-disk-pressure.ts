// Something that is no Pod uses up the disk of a node, and does not give it back while the fault lasts.
import type { Fault } from './runtime/fault.ts'
import { integerParameter } from './runtime/fault.ts'
import { impairingHost } from './runtime/impairing.ts'

export const nodeDiskPressure: Fault = {
  name: 'node-disk-pressure',
  targets: ['node'],
  parameters: {
    availableMebibytes: {
      type: 'integer',
      default: 2048,
      minimum: 0,
      maximum: 4095,
      description: { en: 'What is left, in MiB', 'zh-CN': '剩余磁盘空间（MiB）' },
    },
  },
  title: { en: 'Use up the disk', 'zh-CN': '磁盘压力' },
  explains: {
    en: 'The kubelet finds its disk nearly full: DiskPressure, a taint, unused images are removed, and one Pod after another is evicted.',
    'zh-CN': 'kubelet 发现磁盘快满了：出现 DiskPressure 和对应的 taint，先清理未使用的镜像，再逐个驱逐 Pod。',
  },
  plan: (target, parameters, machines) =>
    impairingHost(
      machines,
      target,
      ['kubelet'],
      'disk-available',
      integerParameter(nodeDiskPressure, parameters, 'availableMebibytes'),
    ),
}
