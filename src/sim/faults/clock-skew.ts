// The clock of a host is wrong. Durations are measured by another clock, which is right: only timestamps are wrong.
import type { Fault } from './runtime/fault.ts'
import { integerParameter } from './runtime/fault.ts'
import { impairingHost } from './runtime/impairing.ts'

export const clockSkew: Fault = {
  name: 'clock-skew',
  targets: ['host', 'node', 'member'],
  parameters: {
    seconds: {
      type: 'integer',
      default: -120,
      minimum: -86400,
      maximum: 86400,
      description: {
        en: 'How far it is ahead, in seconds; negative: behind',
        'zh-CN': '快多少秒；负数表示慢',
      },
    },
  },
  title: { en: 'Set the clock wrong', 'zh-CN': '时钟偏移' },
  explains: {
    en: 'Timestamps that this host writes are wrong. A node whose clock goes back seems to renew its Lease no more.',
    'zh-CN': '这台主机写出的时间戳都是错的。时钟回拨的节点看起来就像不再续租 Lease。',
  },
  plan: (target, parameters, machines) =>
    impairingHost(
      machines,
      target,
      [],
      'clock-skew',
      integerParameter(clockSkew, parameters, 'seconds') * 1_000_000,
    ),
}
