// A node has a slow line to the registry.
import type { Fault } from './runtime/fault.ts'
import { integerParameter } from './runtime/fault.ts'
import { impairingHost } from './runtime/impairing.ts'

export const imagePullSlow: Fault = {
  name: 'image-pull-slow',
  targets: ['node'],
  parameters: {
    factor: {
      type: 'integer',
      default: 20,
      minimum: 2,
      maximum: 1000,
      description: { en: 'How many times as long a pull takes', 'zh-CN': '拉取时间变为原来的多少倍' },
    },
  },
  title: { en: 'Slow image pulls', 'zh-CN': '镜像拉取变慢' },
  explains: {
    en: 'Every download from the registry takes this many times as long.',
    'zh-CN': '从镜像仓库的每次下载都要花这么多倍的时间。',
  },
  plan: (target, parameters, machines) =>
    impairingHost(
      machines,
      target,
      ['containerd'],
      'image-pull-slow',
      integerParameter(imagePullSlow, parameters, 'factor'),
    ),
}
