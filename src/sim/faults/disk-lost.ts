// An etcd member loses its disk. It cannot come back as the member that it was: etcd refuses to start it, since the others
// know it as bootstrapped. Restoring stands for what an operator does: remove the member, and add it anew.
import type { Fault } from './runtime/fault.ts'
import { findProcess, noProcess, refuse } from './runtime/fault.ts'

export const diskLost: Fault = {
  name: 'disk-lost',
  targets: ['member'],
  parameters: {},
  title: { en: 'Lose the disk', 'zh-CN': '丢失磁盘' },
  explains: {
    en: 'The member stops, and nothing of what it knew is left. Restored, it joins empty, gets everything from the leader, and votes only then.',
    'zh-CN': '该成员停止，数据全部丢失。恢复后它作为空成员加入，从 leader 取得全部数据，之后才有投票权。',
  },
  plan(target, _parameters, machines) {
    const process = findProcess(machines, target)
    if (process === undefined) return noProcess(machines, target)
    const members = machines.processes.filter(({ kind }) => kind === 'etcd')
    if (!members.some(({ id }) => id === target)) return refuse(`${target} is no etcd member`)
    if (members.length < 3)
      return refuse(`${target} is the only member: with its disk the whole cluster would be gone for good`)
    const left = members.filter(({ id }) => id !== target && machines.hasLostDisk?.(id) !== true).length
    if (left < Math.floor(members.length / 2) + 1)
      return refuse('with this disk a majority would be lost, and with it what etcd has promised to keep')
    return {
      ok: true,
      levers: [
        { lever: 'crash', process, reason: 'disk lost' },
        { lever: 'lose-disk', process },
      ],
      heal: [{ lever: 'start', process }],
    }
  },
}
