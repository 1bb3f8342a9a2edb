// Deletion keeps its promises: finalizers hold an object, what is being deleted stays so and its time is never put off,
// and a Pod goes only after its containers, unless somebody asked for it to go at once.
import type { RequestMessage } from '../sim/api/messages.ts'
import type { KubeObject, ObjectMeta, Pod } from '../sim/api/objects.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Check, Complaints } from './check.ts'
import { fine } from './check.ts'
import { isOver } from './pod-requests.ts'
import type { Change, Recorded } from './recorded.ts'
import { RUNTIME_EVENTS, RunningContainers } from './running-containers.ts'

/** A request is answered, or has failed, within so long. */
const RELEASE_MICROS = 60_000_000
/** A write that waits for etcd's majority takes effect when there is one again. */
const DISMISSAL_MICROS = 600_000_000
/** Objects whose last change is remembered. */
const MOST_ASKED = 1_000

class Deletions {
  readonly sees = [...RUNTIME_EVENTS, 'request']
  private readonly running = new RunningContainers()
  private readonly recorded: Recorded
  /** By `namespace/name`: when somebody last asked to change the object, and may have taken its finalizers away. */
  private readonly asked = new Map<string, number>()
  /** By `namespace/name`, or `namespace/` for all of it: when somebody last asked for it to go at once. */
  private readonly dismissed = new Map<string, number>()

  constructor(recorded: Recorded) {
    this.recorded = recorded
  }

  see(event: TraceEvent): Complaints {
    if (!isMessage(event)) this.running.see(event)
    else this.noteChange(event.message as RequestMessage, event.at)
    if (isMessage(event) && event.from.endsWith('/kubelet'))
      return this.kubelet(event.from, event.message as RequestMessage)
    return fine
  }

  private noteChange({ request }: RequestMessage, at: number): void {
    const { method, path, query, body } = request
    if (method === 'PUT' || method === 'PATCH') {
      const [, namespace = '', name = ''] = /(?:\/namespaces\/([^/]+))?\/[^/]+\/([^/]+)$/.exec(path) ?? []
      remember(this.asked, `${namespace}/${name}`, at)
    } else if (method === 'DELETE' && asksForNow(query, body)) {
      const [, namespace = '', name = ''] = /\/namespaces\/([^/]+)\/pods(?:\/([^/]+))?$/.exec(path) ?? []
      remember(this.dismissed, `${namespace}/${name}`, at)
    }
  }

  changed({ key, resource, object, previous, event }: Change): Complaints {
    if (previous === undefined) return fine
    const before = previous.object.metadata
    if (object === null)
      return [
        ...this.removed(key, previous.object, event.at),
        ...(resource === 'pods' && before.deletionTimestamp === undefined
          ? this.atOnce(key, previous.object as Pod, event.at)
          : fine),
      ]
    const isAtOnce = (metadata: ObjectMeta): boolean => metadata.deletionGracePeriodSeconds === 0
    if (resource === 'pods' && isAtOnce(object.metadata) && !isAtOnce(before)) {
      const found = this.atOnce(key, previous.object as Pod, event.at)
      if (found !== fine) return found
    }
    const after = object.metadata
    if (before.uid !== after.uid || before.deletionTimestamp === undefined) return fine
    if (after.deletionTimestamp === undefined) return [`${key} was being deleted and is not any more`]
    if (after.deletionTimestamp > before.deletionTimestamp)
      return [
        `the deletion of ${key} is put off from ${before.deletionTimestamp} to ${after.deletionTimestamp}`,
      ]
    const added = after.finalizers?.find((name) => before.finalizers?.includes(name) !== true)
    return added === undefined ? fine : [`${key} gets the finalizer ${added} while it is being deleted`]
  }

  /**
   * The change that takes the last finalizer from an object that is being deleted is not stored: the object goes instead,
   * as it was. So it must be such a change that made it go, and not a deletion.
   */
  private removed(key: string, { metadata }: KubeObject, at: number): Complaints {
    const { finalizers = [], namespace = '', name, deletionTimestamp } = metadata
    if (finalizers.length === 0) return fine
    const asked = this.asked.get(`${namespace}/${name}`) ?? Number.NEGATIVE_INFINITY
    const mayBeReleased = deletionTimestamp !== undefined && at - asked <= RELEASE_MICROS
    return mayBeReleased ? fine : [`${key} is gone in spite of its finalizer ${finalizers.join(', ')}`]
  }

  /** What is on a node is given its time to stop, unless it has ended or asks for none. */
  private atOnce(key: string, pod: Pod, at: number): Complaints {
    const { metadata, spec } = pod
    if ((spec.nodeName ?? '') === '' || isOver(pod)) return fine
    if (spec.terminationGracePeriodSeconds === 0) return fine
    const { namespace = '', name } = metadata
    const isDismissed = [name, ''].some(
      (whom) =>
        at - (this.dismissed.get(`${namespace}/${whom}`) ?? Number.NEGATIVE_INFINITY) <= DISMISSAL_MICROS,
    )
    return isDismissed ? fine : [`${key} has to go without having been given time to stop`]
  }

  /** A kubelet's word that a Pod may go at once is given when nothing of it runs any more. */
  private kubelet(from: string, { request }: RequestMessage): Complaints {
    if (request.method !== 'DELETE' || !asksForNow(request.query, request.body)) return fine
    const [, namespace, name] = /\/namespaces\/([^/]+)\/pods\/([^/]+)$/.exec(request.path) ?? []
    const stored = this.recorded.of('pods').get(`/registry/pods/${namespace}/${name}`)
    if (stored === undefined) return fine
    const node = from.slice(0, -'/kubelet'.length)
    const { metadata, spec } = stored.object as Pod
    if (spec.nodeName !== node) return fine
    for (const [container, where] of this.running.of(metadata.uid) ?? [])
      if (where === node)
        return [`${from} lets ${namespace}/${name} go while its container ${container} runs`]
    return fine
  }
}

/** The newest come last, and the oldest are forgotten. */
function remember(moments: Map<string, number>, key: string, at: number): void {
  moments.delete(key)
  moments.set(key, at)
  const oldest = moments.keys().next()
  if (moments.size > MOST_ASKED && oldest.done !== true) moments.delete(oldest.value)
}

function asksForNow(query: Readonly<Record<string, string>>, body: unknown): boolean {
  const inBody = (body as { readonly gracePeriodSeconds?: unknown } | undefined)?.gracePeriodSeconds
  return String(inBody ?? query.gracePeriodSeconds ?? '') === '0'
}

export const apiDeletion: Check = {
  name: 'api-deletion',
  title: { en: 'Finalizers and grace are respected', 'zh-CN': '遵守终结器与宽限期' },
  explains: {
    en: 'An object with finalizers stays; a deletion that has begun is neither taken back nor put off; a kubelet lets a Pod go only after its containers have ended.',
    'zh-CN':
      '带终结器的对象不会被移除；已开始的删除既不撤销也不推迟；kubelet 只在 Pod 的容器全部结束后才让它消失。',
  },
  start: (recorded) => new Deletions(recorded),
}
