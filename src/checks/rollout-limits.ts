// A rolling update keeps its limits: the Deployment controller never scales its ReplicaSets above what is wanted and
// maxSurge together, and never takes down by itself what has to stay available under maxUnavailable. It acts on what it
// knows, so a limit, and an availability, that held within the last minute counts. One that was frozen meanwhile still knows
// what it knew then: that time does not count.
import type { Deployment, ReplicaSet } from '../sim/api/objects.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Check, Complaints } from './check.ts'
import { fine } from './check.ts'
import type { Change } from './recorded.ts'

const MINUTE = 60_000_000

const CONTROLLER = 'kube-controller-manager'

/** Times are those of a clock that stands still while a controller is frozen. */
interface Limits {
  readonly at: number
  readonly most: number
  readonly least: number
}

/** What a ReplicaSet said at a moment. */
interface Seen {
  readonly at: number
  readonly wanted: number
  readonly available: number
}

const NOTHING_SEEN: Seen = { at: 0, wanted: 0, available: 0 }

class Rollouts {
  readonly sees = ['process']
  private readonly frozen = new Set<string>()
  private frozenSince = 0
  /** How long the clock has stood still before. */
  private frozenMicros = 0
  /** By the Deployment's uid, the newest last. */
  private readonly limits = new Map<string, readonly Limits[]>()
  /** By the ReplicaSet's uid. */
  private readonly seen = new Map<string, readonly Seen[]>()
  private readonly siblings = new Map<string, Map<string, ReplicaSet>>()

  see(event: TraceEvent): Complaints {
    if (isMessage(event) || event.type !== 'process' || !event.target.startsWith(CONTROLLER)) return fine
    if (event.step === 'frozen') {
      if (this.frozen.size === 0) this.frozenSince = event.at
      this.frozen.add(event.target)
    } else if (this.frozen.delete(event.target) && this.frozen.size === 0)
      this.frozenMicros += event.at - this.frozenSince
    return fine
  }

  changed({ event, resource, object, previous }: Change): Complaints {
    const at = (this.frozen.size > 0 ? this.frozenSince : event.at) - this.frozenMicros
    if (resource === 'deployments')
      this.deployment(at, object as Deployment | null, previous?.object.metadata.uid)
    if (resource !== 'replicasets') return fine
    return this.replicaSet(at, object as ReplicaSet | null, previous?.object as ReplicaSet | undefined)
  }

  private deployment(at: number, deployment: Deployment | null, uid: string | undefined): void {
    if (deployment === null) {
      this.limits.delete(uid ?? '')
      return
    }
    const known = this.limits.get(deployment.metadata.uid) ?? []
    const now = limitsOf(deployment, at)
    const last = known[known.length - 1]
    if (last?.most === now.most && last.least === now.least) return
    this.limits.set(deployment.metadata.uid, [...recent(known, at), now])
  }

  private replicaSet(at: number, now: ReplicaSet | null, before: ReplicaSet | undefined): Complaints {
    const one = now ?? before
    const owner = one?.metadata.ownerReferences?.find(
      ({ kind, controller }) => controller === true && kind === 'Deployment',
    )
    if (one === undefined || owner === undefined) return fine
    const { uid } = one.metadata
    const all = this.siblings.get(owner.uid) ?? new Map<string, ReplicaSet>()
    this.siblings.set(owner.uid, all)
    if (now === null) {
      all.delete(uid)
      this.seen.delete(uid)
      if (all.size === 0) this.siblings.delete(owner.uid)
      return fine
    }
    const found =
      before === undefined || wantedBy(before) !== wantedBy(now) ? this.scaled(at, owner.uid, all, now) : fine
    all.set(uid, now)
    this.note(at, uid, now)
    return found
  }

  private note(at: number, uid: string, now: ReplicaSet): void {
    // Until it was created, nobody knew of it.
    const known = this.seen.get(uid) ?? [{ at, wanted: 0, available: 0 }]
    const last = known[known.length - 1]
    const wanted = wantedBy(now)
    const available = now.status?.availableReplicas ?? 0
    if (last?.available !== available || last.wanted !== wanted)
      this.seen.set(uid, [...recent(known, at), { at, wanted, available }])
  }

  /** `now` is about to take the place of its former self among `all`. */
  private scaled(
    at: number,
    deployment: string,
    all: ReadonlyMap<string, ReplicaSet>,
    now: ReplicaSet,
  ): Complaints {
    const limits = recent(this.limits.get(deployment) ?? [], at)
    if (limits.length === 0) return fine
    const { uid, name, namespace } = now.metadata
    const former = all.get(uid)
    const by = wantedBy(now) - (former === undefined ? 0 : wantedBy(former))
    let sum = wantedBy(now)
    let had = 0
    for (const one of all.values()) {
      const known = this.knownOf(one.metadata.uid, at)
      if (one !== former) sum += Math.min(...known.map(({ wanted }) => wanted))
      had += Math.max(...known.map(({ available }) => available))
    }
    // Pods that are not available, as far as is known, go first.
    const fewest = Math.min(...this.knownOf(uid, at).map(({ available }) => available))
    const idle = former === undefined ? 0 : Math.max(0, wantedBy(former) - fewest)
    const left = had - Math.max(0, -by - idle)
    const most = Math.max(...limits.map((limit) => limit.most))
    const least = Math.min(...limits.map((limit) => limit.least))
    const what = `scaling ReplicaSet ${namespace}/${name} to ${wantedBy(now)}`
    if (by > 0 && sum > most) return [`${what} makes ${sum} Pods, where ${most} are allowed at most`]
    // Scaling the Deployment in the middle of a rollout spreads over its ReplicaSets by their sizes alone.
    const isScaling = former !== undefined && sizeSeenBy(former) !== sizeSeenBy(now)
    if (by < 0 && left < least && left < had && !isScaling)
      return [`${what} leaves ${left} available, where ${least} have to be`]
    return fine
  }

  /**
   * What somebody may take a ReplicaSet to be like: what it said within a minute. Its status still counts Pods that it does
   * not want any more, and a new one may not be known yet; so it is for the controller.
   */
  private knownOf(uid: string, at: number): readonly Seen[] {
    return recent(this.seen.get(uid) ?? [NOTHING_SEEN], at)
  }
}

/** The size of the Deployment that its ReplicaSet was last brought in line with. */
const sizeSeenBy = ({ metadata }: ReplicaSet): string =>
  metadata.annotations?.['deployment.kubernetes.io/desired-replicas'] ?? ''

const wantedBy = ({ spec }: ReplicaSet): number => spec.replicas ?? 1

/** What held at some time within the last minute: all that is younger, and the one that held before. */
function recent<T extends { readonly at: number }>(history: readonly T[], now: number): readonly T[] {
  let first = history.length - 1
  while (first > 0 && (history[first]?.at ?? 0) > now - MINUTE) first--
  return first <= 0 ? history : history.slice(first)
}

function limitsOf({ spec }: Deployment, at: number): Limits {
  const wanted = spec.replicas ?? 1
  if (spec.strategy?.type === 'Recreate') return { at, most: wanted, least: 0 }
  const { maxSurge = '25%', maxUnavailable = '25%' } = spec.strategy?.rollingUpdate ?? {}
  const surge = share(maxSurge, wanted, Math.ceil)
  const unavailable = share(maxUnavailable, wanted, Math.floor)
  // With both at 0 nothing could ever move.
  return { at, most: wanted + surge, least: wanted - (surge === 0 && unavailable === 0 ? 1 : unavailable) }
}

const share = (part: number | string, whole: number, round: (value: number) => number): number =>
  typeof part === 'number'
    ? part
    : part.endsWith('%')
      ? round((Number(part.slice(0, -1)) * whole) / 100)
      : Number(part)

export const rolloutLimits: Check = {
  name: 'rollout-limits',
  title: { en: 'Rollouts keep their limits', 'zh-CN': '滚动更新不越限' },
  explains: {
    en: 'A rolling update never wants more Pods than maxSurge allows, and never takes down by itself what maxUnavailable wants kept.',
    'zh-CN':
      '滚动更新期望的 Pod 总数不超过 maxSurge 所允许的，也不会主动停掉 maxUnavailable 要求保持可用的 Pod。',
  },
  start: () => new Rollouts(),
}
