// The disk of a host takes long for each write: fsync of an etcd member, snapshots and layers of a container runtime.
import type { Fault } from './runtime/fault.ts'
import { integerParameter } from './runtime/fault.ts'
import { impairingHost } from './runtime/impairing.ts'

export const diskSlow: Fault = {
  name: 'disk-slow',
  targets: ['node', 'member'],
  parameters: {
    milliseconds: {
      type: 'integer',
      default: 200,
      minimum: 1,
      maximum: 30000,
      description: {
        en: 'Extra time for each write, in milliseconds',
        'zh-CN': '每次写入多花的时间（毫秒）',
      },
    },
  },
  title: { en: 'Slow the disk', 'zh-CN': '磁盘变慢' },
  explains: {
    en: 'Each write to disk takes this much longer. An etcd member acknowledges nothing before it is on its disk.',
    'zh-CN': '每次写盘都要多花这么久。etcd 成员在数据落盘之前不会确认任何内容。',
  },
  plan: (target, parameters, machines) =>
    impairingHost(
      machines,
      target,
      ['etcd', 'containerd'],
      'disk-slow',
      integerParameter(diskSlow, parameters, 'milliseconds') * 1_000,
    ),
}
