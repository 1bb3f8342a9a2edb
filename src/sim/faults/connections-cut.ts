// Every connection between two groups of hosts is reset at once, as by a firewall that forgot them.
import type { Fault } from './runtime/fault.ts'
import { LINK_TARGETS, sidesOf } from './runtime/sides.ts'

export const connectionsCut: Fault = {
  name: 'connections-cut',
  targets: LINK_TARGETS,
  parameters: {},
  title: { en: 'Reset connections', 'zh-CN': '重置连接' },
  explains: {
    en: 'Both ends see a TCP reset, and what was on its way is lost. New connections work at once.',
    'zh-CN': '两端都会收到 TCP RST，途中的数据全部丢失。随后可以立刻重新建立连接。',
  },
  plan(target, _parameters, machines) {
    const found = sidesOf(machines, target)
    if (!found.ok) return found
    return { ok: true, levers: [{ lever: 'cut', ...found.sides }], heal: [] }
  },
}
