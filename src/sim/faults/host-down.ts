// A host loses power: its processes die at once and its peers are not told.
import type { Fault } from './runtime/fault.ts'
import { findHost, noHost } from './runtime/fault.ts'

export const hostDown: Fault = {
  name: 'host-down',
  targets: ['host', 'node', 'member'],
  parameters: {},
  title: { en: 'Cut the power', 'zh-CN': '断电' },
  explains: {
    en: 'Everything on the host stops at once. Nobody is told: others notice only when heartbeats stay away.',
    'zh-CN': '主机上的一切立刻停止。没有人得到通知：其他组件只能从心跳消失中察觉。',
  },
  plan(target, _parameters, machines) {
    const host = findHost(machines, target)
    if (host === undefined) return noHost(machines, target)
    return { ok: true, levers: [{ lever: 'power-off', host }], heal: [{ lever: 'power-on', host }] }
  },
}
