// An etcd member has used up its space: it raises the NOSPACE alarm, and the cluster takes no more writes.
import type { Fault } from './runtime/fault.ts'
import { impairingHost } from './runtime/impairing.ts'

export const diskFull: Fault = {
  name: 'disk-full',
  targets: ['member'],
  parameters: {},
  title: { en: 'Fill the disk', 'zh-CN': '磁盘写满' },
  explains: {
    en: 'The member raises the NOSPACE alarm: all of etcd refuses writes and still answers reads and deletes. Restoring makes room and disarms the alarm.',
    'zh-CN': '该成员触发 NOSPACE 告警：整个 etcd 拒绝写入，仍可读取和删除。恢复时会腾出空间并解除告警。',
  },
  plan: (target, _parameters, machines) => impairingHost(machines, target, ['etcd'], 'disk-full'),
}
