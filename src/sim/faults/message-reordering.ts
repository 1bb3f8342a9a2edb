// Raft messages between two groups of hosts overtake each other.
import type { Fault } from './runtime/fault.ts'
import { integerParameter } from './runtime/fault.ts'
import { onPeerLink } from './runtime/sides.ts'

export const messageReordering: Fault = {
  name: 'message-reordering',
  targets: ['link', 'member'],
  parameters: {
    milliseconds: {
      type: 'integer',
      default: 50,
      minimum: 1,
      maximum: 5000,
      description: { en: 'Longest delay, in milliseconds', 'zh-CN': '最长延迟（毫秒）' },
    },
    oneWay: {
      type: 'boolean',
      default: false,
      description: { en: 'Only from the first side to the second', 'zh-CN': '仅从第一侧到第二侧' },
    },
  },
  title: { en: 'Reorder Raft messages', 'zh-CN': '打乱 Raft 消息顺序' },
  explains: {
    en: 'Each Raft message takes its own time, so that later ones overtake earlier ones. TCP keeps every other protocol in order.',
    'zh-CN': '每条 Raft 消息的延迟各不相同，后发的可能先到。其他协议都由 TCP 保证顺序。',
  },
  plan(target, parameters, machines) {
    const spreadMicros = integerParameter(messageReordering, parameters, 'milliseconds') * 1_000
    return onPeerLink(machines, target, parameters.oneWay === true, (link) => ({
      lever: 'reorder',
      ...link,
      spreadMicros,
    }))
  },
}
