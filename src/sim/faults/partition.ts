// The network between two groups of hosts is cut, one way or both.
import type { Fault } from './runtime/fault.ts'
import { LINK_TARGETS, onLink } from './runtime/sides.ts'

export const partition: Fault = {
  name: 'partition',
  targets: LINK_TARGETS,
  parameters: {
    oneWay: {
      type: 'boolean',
      default: false,
      description: { en: 'Only from the first side to the second', 'zh-CN': '仅从第一侧到第二侧' },
    },
  },
  title: { en: 'Cut the network', 'zh-CN': '切断网络' },
  explains: {
    en: 'Messages between the two sides are held up, as TCP would, and given up after 45 seconds. Raft messages are lost.',
    'zh-CN': '两侧之间的消息像 TCP 那样被阻塞，45 秒后放弃。Raft 消息会丢失。',
  },
  plan: (target, parameters, machines) =>
    onLink(machines, target, parameters.oneWay === true, (link) => ({ lever: 'block', ...link })),
}
