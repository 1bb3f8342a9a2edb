// Messages between two groups of hosts take longer, both ways or one way.
import type { Fault } from './runtime/fault.ts'
import { integerParameter } from './runtime/fault.ts'
import { LINK_TARGETS, onLink } from './runtime/sides.ts'

export const latency: Fault = {
  name: 'latency',
  targets: LINK_TARGETS,
  parameters: {
    milliseconds: {
      type: 'integer',
      default: 200,
      minimum: 1,
      maximum: 60000,
      description: { en: 'Extra delay, in milliseconds', 'zh-CN': '额外延迟（毫秒）' },
    },
    oneWay: {
      type: 'boolean',
      default: false,
      description: { en: 'Only from the first side to the second', 'zh-CN': '仅从第一侧到第二侧' },
    },
  },
  title: { en: 'Slow the network', 'zh-CN': '网络变慢' },
  explains: {
    en: 'Every message between the two sides takes this much longer.',
    'zh-CN': '两侧之间的每条消息都要多花这么久。',
  },
  plan(target, parameters, machines) {
    const extraMicros = integerParameter(latency, parameters, 'milliseconds') * 1_000
    return onLink(machines, target, parameters.oneWay === true, (link) => ({
      lever: 'delay',
      ...link,
      extraMicros,
    }))
  },
}
