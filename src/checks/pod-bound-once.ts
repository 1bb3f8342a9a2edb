// A Pod is bound once: the node that the scheduler chose is never taken back or changed.
import type { Pod } from '../sim/api/objects.ts'
import type { Check, Complaints } from './check.ts'
import { fine } from './check.ts'
import type { Change } from './recorded.ts'

function bound({ resource, object, previous, key }: Change): Complaints {
  if (resource !== 'pods' || object === null || previous === undefined) return fine
  const before = previous.object as Pod
  const node = before.spec.nodeName ?? ''
  if (node === '' || before.metadata.uid !== object.metadata.uid) return fine
  const now = (object as Pod).spec.nodeName ?? ''
  return now === node
    ? fine
    : [`${key} was bound to ${node} and is now bound to ${now === '' ? 'no node' : now}`]
}

export const podBoundOnce: Check = {
  name: 'pod-bound-once',
  title: { en: 'A Pod is bound once', 'zh-CN': 'Pod 只绑定一次' },
  explains: {
    en: 'Once a Pod has a node, it keeps it. A Pod that moved would run twice, since the first node goes on with it.',
    'zh-CN': 'Pod 一旦绑定到节点就不再改变。若换了节点，原节点仍会继续运行它，同一个 Pod 就会运行两份。',
  },
  start: () => ({ changed: bound }),
}
