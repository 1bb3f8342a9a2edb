// One event of a watch is lost and nobody notices. TCP and the apiserver would not do that: it is a teaching fault.
import type { Fault } from './runtime/fault.ts'
import { findProcessFor, stringParameter } from './runtime/fault.ts'

export const watchEventLost: Fault = {
  name: 'watch-event-lost',
  targets: ['process'],
  kinds: ['kubelet', 'kube-proxy', 'kube-controller-manager', 'kube-scheduler', 'kubectl'],
  parameters: {
    kind: {
      type: 'string',
      default: '',
      description: {
        en: 'Kind of object, such as Pod; empty: all kinds',
        'zh-CN': '对象类型，例如 Pod；留空表示任意',
      },
    },
  },
  title: { en: 'Lose the next watch event', 'zh-CN': '丢失下一个 watch 事件' },
  explains: {
    en: 'The next event for this client vanishes silently. Its cache is wrong until that object changes again or the client lists anew.',
    'zh-CN': '发给该客户端的下一个 watch 事件无声丢失。在对象再次变化或重新 LIST 之前，它的缓存都是错的。',
  },
  plan(target, parameters, machines) {
    const found = findProcessFor(watchEventLost, machines, target)
    if (!found.ok) return found
    const kind = stringParameter(watchEventLost, parameters, 'kind')
    return {
      ok: true,
      levers: [{ lever: 'swallow', id: 'next', to: found.process, kind }],
      heal: [{ lever: 'unlink', id: 'next' }],
    }
  },
}
