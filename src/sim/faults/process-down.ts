// A process is killed and stays down until it is restored.
import type { Fault } from './runtime/fault.ts'
import { findProcess, noProcess } from './runtime/fault.ts'

export const processDown: Fault = {
  name: 'process-down',
  targets: ['process', 'member'],
  parameters: {},
  title: { en: 'Kill and keep down', 'zh-CN': '终止并保持停止' },
  explains: {
    en: 'The process dies and nothing restarts it. Its host closes its connections, so peers notice at once.',
    'zh-CN': '进程终止，且不会被重启。主机会关闭它的连接，对端立刻得知。',
  },
  plan(target, _parameters, machines) {
    const process = findProcess(machines, target)
    if (process === undefined) return noProcess(machines, target)
    return {
      ok: true,
      levers: [{ lever: 'crash', process, reason: 'killed' }],
      heal: [{ lever: 'start', process }],
    }
  },
}
