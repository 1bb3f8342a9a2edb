// A process stops doing anything, as under SIGSTOP or a long garbage collection; its connections stay open.
import type { Fault } from './runtime/fault.ts'
import { findProcess, noProcess } from './runtime/fault.ts'

export const processFrozen: Fault = {
  name: 'process-frozen',
  targets: ['process', 'member'],
  parameters: {},
  title: { en: 'Freeze', 'zh-CN': '冻结' },
  explains: {
    en: 'The process hangs with its connections open. What arrives waits until it thaws.',
    'zh-CN': '进程卡住，但连接仍然打开。到达的消息会一直等到它恢复。',
  },
  plan(target, _parameters, machines) {
    const process = findProcess(machines, target)
    if (process === undefined) return noProcess(machines, target)
    return { ok: true, levers: [{ lever: 'freeze', process }], heal: [{ lever: 'thaw', process }] }
  },
}
