// One event of a watch is lost and nobody notices. TCP and the apiserver would not do that: it is a teaching fault.
import type { Fault } from './runtime/fault.ts'
import { findProcess, noProcess, stringParameter } from './runtime/fault.ts'

export const watchEventLost: Fault = {
  name: 'watch-event-lost',
  targets: ['process'],
  parameters: {
    kind: {
      type: 'string',
      default: '',
      description: 'Wait for an event of this kind ("Pod"); empty: any.',
    },
  },
  title: { en: 'Lose the next watch event', 'zh-CN': '丢失下一个 watch 事件' },
  explains: {
    en: 'The next event for this client vanishes silently. Its cache is wrong until that object changes again or the client lists anew.',
    'zh-CN': '发给该客户端的下一个 watch 事件无声丢失。在对象再次变化或重新 LIST 之前，它的缓存都是错的。',
  },
  plan(target, parameters, machines) {
    const to = findProcess(machines, target)
    if (to === undefined) return noProcess(machines, target)
    const kind = stringParameter(watchEventLost, parameters, 'kind')
    return {
      ok: true,
      levers: [{ lever: 'swallow', id: 'next', to, kind }],
      heal: [{ lever: 'unlink', id: 'next' }],
    }
  },
}
