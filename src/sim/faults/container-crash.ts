// The process of a container ends by itself with an error.
import type { Fault } from './runtime/fault.ts'
import { integerParameter } from './runtime/fault.ts'
import { endContainers, runningIn } from './runtime/pods.ts'

export const containerCrash: Fault = {
  name: 'container-crash',
  targets: ['pod'],
  parameters: {
    exitCode: {
      type: 'integer',
      default: 1,
      minimum: 0,
      maximum: 255,
      description: { en: 'Exit code', 'zh-CN': '退出码' },
    },
  },
  title: { en: 'Crash the container', 'zh-CN': '容器崩溃' },
  explains: {
    en: 'The process in the container exits. The kubelet starts it again, after a longer and longer back-off: CrashLoopBackOff.',
    'zh-CN': '容器中的进程退出。kubelet 会重新启动它，退避时间越来越长：CrashLoopBackOff。',
  },
  plan(target, parameters, machines) {
    const found = runningIn(machines, target)
    if (!found.ok) return found
    const exitCode = integerParameter(containerCrash, parameters, 'exitCode')
    return endContainers(found, exitCode, exitCode === 0 ? 'Completed' : 'Error')
  },
}
