// The network between two groups of hosts is cut, one way or both.
import type { Lever } from '../kernel/machine-room.ts'
import type { Fault } from './runtime/fault.ts'
import { refuse } from './runtime/fault.ts'

export const partition: Fault = {
  name: 'partition',
  targets: ['link', 'host', 'node', 'member'],
  parameters: {
    oneWay: {
      type: 'boolean',
      default: false,
      description: 'Cut only the direction from the first group to the second.',
    },
  },
  title: { en: 'Cut the network', 'zh-CN': '切断网络' },
  explains: {
    en: 'Messages between the two sides are held up, as TCP would, and given up after 45 seconds. Raft messages are lost.',
    'zh-CN': '两侧之间的消息像 TCP 那样被阻塞，45 秒后放弃。Raft 消息会丢失。',
  },
  /** `a~b` or `a,b~c,d` by host name; one name alone is cut off from everything. */
  plan(target, parameters, machines) {
    const [left = '', right = '*'] = target.split('~')
    const from = left.split(',')
    const to = right.split(',')
    const known = new Set(['*', ...machines.hosts.map((host) => host.name)])
    const stranger = [...from, ...to].find((name) => !known.has(name))
    if (stranger !== undefined)
      return refuse(`no host "${stranger}"; there are ${[...known].slice(1).join(', ')}`)
    const levers: Lever[] = [{ lever: 'block', id: 'forth', from, to }]
    if (parameters.oneWay !== true) levers.push({ lever: 'block', id: 'back', from: to, to: from })
    return {
      ok: true,
      levers,
      heal: levers.map((lever) => ({ lever: 'unlink', id: lever.lever === 'block' ? lever.id : '' })),
    }
  },
}
