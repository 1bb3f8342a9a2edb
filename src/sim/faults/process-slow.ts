// A process gets too little CPU: each thing that it handles takes time, and the rest waits in line.
import type { Fault } from './runtime/fault.ts'
import { findProcess, integerParameter, noProcess } from './runtime/fault.ts'
import { impairing } from './runtime/impairing.ts'

export const processSlow: Fault = {
  name: 'process-slow',
  targets: ['process', 'member'],
  parameters: {
    milliseconds: {
      type: 'integer',
      default: 50,
      minimum: 1,
      maximum: 10000,
      description: {
        en: 'Time for each message and timer, in milliseconds',
        'zh-CN': '处理每条消息或每个定时器的时间（毫秒）',
      },
    },
  },
  title: { en: 'Slow the process', 'zh-CN': '进程变慢' },
  explains: {
    en: 'The process handles one thing at a time and takes this long for each. What arrives meanwhile waits.',
    'zh-CN': '进程一次只处理一件事，每件都要花这么久；期间到达的消息只能排队。',
  },
  plan(target, parameters, machines) {
    const process = findProcess(machines, target)
    if (process === undefined) return noProcess(machines, target)
    return impairing([process], 'slow', integerParameter(processSlow, parameters, 'milliseconds') * 1_000)
  },
}
