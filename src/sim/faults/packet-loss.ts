// A share of what is sent between two groups of hosts is lost on the way.
import type { Fault } from './runtime/fault.ts'
import { integerParameter } from './runtime/fault.ts'
import { LINK_TARGETS, onLink } from './runtime/sides.ts'

export const packetLoss: Fault = {
  name: 'packet-loss',
  targets: LINK_TARGETS,
  parameters: {
    percent: {
      type: 'integer',
      default: 20,
      minimum: 1,
      maximum: 100,
      description: { en: 'Share that is lost, in percent', 'zh-CN': '丢失比例（%）' },
    },
    oneWay: {
      type: 'boolean',
      default: false,
      description: { en: 'Only from the first side to the second', 'zh-CN': '仅从第一侧到第二侧' },
    },
  },
  title: { en: 'Lose packets', 'zh-CN': '丢包' },
  explains: {
    en: 'Raft messages are lost. Everything else is TCP: what is lost is sent again, so it arrives later.',
    'zh-CN': 'Raft 消息会直接丢失。其他通信都基于 TCP：丢失的数据会重传，因此只是晚到。',
  },
  plan(target, parameters, machines) {
    const percent = integerParameter(packetLoss, parameters, 'percent')
    return onLink(machines, target, parameters.oneWay === true, (link) => ({
      lever: 'lose',
      ...link,
      percent,
    }))
  },
}
