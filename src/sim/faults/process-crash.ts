// A process crashes, and its supervisor (systemd, or the kubelet for static Pods) starts it again.
import type { Fault } from './runtime/fault.ts'
import { findProcess, integerParameter, noProcess } from './runtime/fault.ts'

export const processCrash: Fault = {
  name: 'process-crash',
  targets: ['process', 'member'],
  parameters: {
    restartSeconds: {
      type: 'integer',
      default: 2,
      minimum: 0,
      maximum: 600,
      description: { en: 'Seconds until it is started again', 'zh-CN': '多少秒后重新启动' },
    },
  },
  title: { en: 'Crash (restarts by itself)', 'zh-CN': '崩溃（会自动重启）' },
  explains: {
    en: 'The process dies; its supervisor starts it again a little later. It keeps only what it had written to disk.',
    'zh-CN': '进程崩溃，稍后由守护程序重启。只有写入磁盘的内容得以保留。',
  },
  plan(target, parameters, machines) {
    const process = findProcess(machines, target)
    if (process === undefined) return noProcess(machines, target)
    const restartAfterMicros = integerParameter(processCrash, parameters, 'restartSeconds') * 1_000_000
    return {
      ok: true,
      levers: [{ lever: 'crash', process, reason: 'crashed', restartAfterMicros }],
      heal: [],
    }
  },
}
