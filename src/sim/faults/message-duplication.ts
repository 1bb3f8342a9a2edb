// A share of the Raft messages between two groups of hosts arrives twice.
import type { Fault } from './runtime/fault.ts'
import { integerParameter } from './runtime/fault.ts'
import { onPeerLink } from './runtime/sides.ts'

export const messageDuplication: Fault = {
  name: 'message-duplication',
  targets: ['link', 'member'],
  parameters: {
    percent: {
      type: 'integer',
      default: 50,
      minimum: 1,
      maximum: 100,
      description: { en: 'Share that arrives twice, in percent', 'zh-CN': '重复比例（%）' },
    },
    oneWay: {
      type: 'boolean',
      default: false,
      description: { en: 'Only from the first side to the second', 'zh-CN': '仅从第一侧到第二侧' },
    },
  },
  title: { en: 'Duplicate Raft messages', 'zh-CN': '重复 Raft 消息' },
  explains: {
    en: 'Raft has to bear messages that arrive twice. TCP protects every other protocol from that.',
    'zh-CN': 'Raft 必须能承受重复到达的消息。其他协议都由 TCP 保证不会重复。',
  },
  plan(target, parameters, machines) {
    const percent = integerParameter(messageDuplication, parameters, 'percent')
    return onPeerLink(machines, target, parameters.oneWay === true, (link) => ({
      lever: 'duplicate',
      ...link,
      percent,
    }))
  },
}
