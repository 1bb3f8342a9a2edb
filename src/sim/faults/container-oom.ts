// A container takes more memory than its limit, and the kernel of the node kills it.
import type { Fault } from './runtime/fault.ts'
import { endContainers, runningIn } from './runtime/pods.ts'

export const containerOom: Fault = {
  name: 'container-oom',
  targets: ['pod'],
  parameters: {},
  title: { en: 'Run out of memory', 'zh-CN': '内存溢出（OOM）' },
  explains: {
    en: 'The OOM killer ends the process in the container: exit code 137, OOMKilled.',
    'zh-CN': 'OOM killer 终止容器中的进程：退出码 137，原因 OOMKilled。',
  },
  plan(target, _parameters, machines) {
    const found = runningIn(machines, target)
    if (!found.ok) return found
    return endContainers(found, 137, 'OOMKilled')
  },
}
