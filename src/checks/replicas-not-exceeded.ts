// A ReplicaSet makes no more Pods than it wants. It may where its controller starts anew, or an answer is lost or says that
// nobody knows: then it is in doubt about what it has made, here as in Kubernetes. So it is judged while the control plane
// is well; what goes wrong beneath it is no excuse.
import type { ResponseMessage } from '../sim/api/messages.ts'
import type { Pod, ReplicaSet } from '../sim/api/objects.ts'
import type { RecordedEvent, TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Check, Complaints } from './check.ts'
import { fine } from './check.ts'
import { isOver } from './pod-requests.ts'
import type { Change } from './recorded.ts'

/** What is wrong keeps its effects for so long after it was healed; and so old may be what a controller knows. */
const MINUTE = 60_000_000
const CONTROL_PLANE = /control-plane|kube-|\*/
const CONTROLLERS = 'kube-controller-manager'

interface Wish {
  readonly at: number
  readonly wanted: number
}

class Surplus {
  readonly sees = ['fault', 'process', 'response']
  /** Faults of the control plane that are active. */
  private readonly faults = new Set<string>()
  private troubledAt = Number.NEGATIVE_INFINITY
  /** By the ReplicaSet's uid: what it wanted, the newest last, and its Pods that have not ended and are to stay. */
  private readonly wishes = new Map<string, readonly Wish[]>()
  private readonly pods = new Map<string, Set<string>>()

  see(event: TraceEvent): Complaints {
    if (isMessage(event)) {
      if (event.to.startsWith(CONTROLLERS) && (event.message as ResponseMessage).response.status >= 500)
        this.troubledAt = event.at
    } else if (event.type === 'fault' || event.type === 'process') this.trouble(event)
    return fine
  }

  private trouble(event: RecordedEvent & { readonly type: 'fault' | 'process' }): void {
    if (!CONTROL_PLANE.test(event.target)) return
    this.troubledAt = event.at
    if (event.type === 'process') return
    if (event.step === 'injected') this.faults.add(event.id)
    else this.faults.delete(event.id)
  }

  changed({ event: { at }, resource, key, object, previous }: Change): Complaints {
    if (resource === 'replicasets')
      this.replicaSet(at, object as ReplicaSet | null, previous?.object.metadata.uid ?? '')
    if (resource !== 'pods') return fine
    return this.pod(at, key, object as Pod | null, previous?.object as Pod | undefined)
  }

  private replicaSet(at: number, now: ReplicaSet | null, uid: string): void {
    if (now === null) {
      this.wishes.delete(uid)
      return
    }
    const wanted = now.spec.replicas ?? 1
    const known = this.wishes.get(now.metadata.uid) ?? []
    if (known[known.length - 1]?.wanted === wanted) return
    // What is older than a minute counts up to the moment at which it was replaced.
    const kept = known.filter((_, index) => (known[index + 1]?.at ?? at) > at - MINUTE)
    this.wishes.set(now.metadata.uid, [...kept, { at, wanted }])
  }

  private pod(at: number, key: string, now: Pod | null, before: Pod | undefined): Complaints {
    const owner = ownerOf(now)
    const former = ownerOf(before)
    const uid = (now ?? before)?.metadata.uid ?? ''
    if (former !== undefined && former !== owner) this.pods.get(former)?.delete(uid)
    if (owner === undefined) return fine
    const own = this.pods.get(owner) ?? new Set<string>()
    this.pods.set(owner, own)
    own.add(uid)
    return before === undefined ? this.made(at, key, owner, own.size) : fine
  }

  private made(at: number, key: string, owner: string, has: number): Complaints {
    if (this.faults.size > 0 || at - this.troubledAt < MINUTE) return fine
    const known = this.wishes.get(owner) ?? []
    const recent = known.filter((_, index) => (known[index + 1]?.at ?? at) > at - MINUTE)
    const most = Math.max(...recent.map(({ wanted }) => wanted))
    if (recent.length === 0 || has <= most) return fine
    return [`${key} is made though its ReplicaSet has ${has - 1} Pods and wants ${most}`]
  }
}

/** The ReplicaSet that a Pod counts for. */
function ownerOf(pod: Pod | null | undefined): string | undefined {
  if (pod === null || pod === undefined || isOver(pod) || pod.metadata.deletionTimestamp !== undefined)
    return undefined
  return pod.metadata.ownerReferences?.find(
    ({ kind, controller }) => kind === 'ReplicaSet' && controller === true,
  )?.uid
}

export const replicasNotExceeded: Check = {
  name: 'replicas-not-exceeded',
  title: { en: 'No more Pods than wanted', 'zh-CN': 'Pod 不多于期望' },
  explains: {
    en: 'While the control plane is well, a ReplicaSet makes no Pod beyond the number that it wants: it remembers what it has made until it sees it.',
    'zh-CN': '控制面正常时，ReplicaSet 不会创建多于期望数量的 Pod：它记得自己已创建的，直到看见它们为止。',
  },
  start: () => new Surplus(),
}
