// Messages between two groups of hosts take longer, both ways.
import type { Fault } from './runtime/fault.ts'
import { integerParameter, refuse } from './runtime/fault.ts'

export const latency: Fault = {
  name: 'latency',
  targets: ['link', 'host', 'node', 'member'],
  parameters: {
    milliseconds: {
      type: 'integer',
      default: 200,
      minimum: 1,
      maximum: 60_000,
      description: 'Extra one-way delay.',
    },
  },
  title: { en: 'Slow the network', 'zh-CN': '网络变慢' },
  explains: {
    en: 'Every message between the two sides takes this much longer, each way.',
    'zh-CN': '两侧之间的每条消息在每个方向上都要多花这么久。',
  },
  plan(target, parameters, machines) {
    const [left = '', right = '*'] = target.split('~')
    const from = left.split(',')
    const to = right.split(',')
    const known = new Set(['*', ...machines.hosts.map((host) => host.name)])
    const stranger = [...from, ...to].find((name) => !known.has(name))
    if (stranger !== undefined)
      return refuse(`no host "${stranger}"; there are ${[...known].slice(1).join(', ')}`)
    const extraMicros = integerParameter(latency, parameters, 'milliseconds') * 1_000
    return {
      ok: true,
      levers: [
        { lever: 'delay', id: 'forth', from, to, extraMicros },
        { lever: 'delay', id: 'back', from: to, to: from, extraMicros },
      ],
      heal: [
        { lever: 'unlink', id: 'forth' },
        { lever: 'unlink', id: 'back' },
      ],
    }
  },
}
