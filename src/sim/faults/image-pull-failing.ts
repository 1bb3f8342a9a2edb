// The registry cannot be reached from a node.
import type { Fault } from './runtime/fault.ts'
import { impairingHost } from './runtime/impairing.ts'

export const imagePullFailing: Fault = {
  name: 'image-pull-failing',
  targets: ['node'],
  parameters: {},
  title: { en: 'Fail image pulls', 'zh-CN': '镜像拉取失败' },
  explains: {
    en: 'The registry does not answer: ErrImagePull, then ImagePullBackOff. Images that are on the node still work.',
    'zh-CN': '镜像仓库没有响应：先是 ErrImagePull，随后 ImagePullBackOff。节点上已有的镜像不受影响。',
  },
  plan: (target, _parameters, machines) =>
    impairingHost(machines, target, ['containerd'], 'image-pull-failing'),
}
