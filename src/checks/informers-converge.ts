// Caches come to agree with what etcd holds: the apiserver's watch caches, and every informer that watches through it.
// An informer that lost a watch event to a fault made for that is left out until it lists again.
import type { RequestMessage } from '../sim/api/messages.ts'
import type { KubeObject } from '../sim/api/objects.ts'
import type { CowMap } from '../sim/kernel/cow-map.ts'
import type { Delivery } from '../sim/kernel/delivery.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Check, Complaints, Processes } from './check.ts'
import { fine } from './check.ts'
import type { Recorded } from './recorded.ts'
import { selectedBy } from './selection.ts'

/** The parts of a process's state that hold caches. */
interface Caching {
  readonly client?: {
    readonly reflectors?: Readonly<
      Record<string, { readonly synced?: boolean; readonly store: { readonly objects: CowMap<KubeObject> } }>
    >
  }
  readonly caches?: Readonly<
    Record<string, { readonly prefix: string; readonly ready: boolean; readonly objects: CowMap<KubeObject> }>
  >
}

interface Selection {
  readonly namespace: string | null
  readonly labels: string
  readonly fields: string
}

/** Watch messages on their way that may still be dropped. */
const MESSAGES_KEPT = 512
const EVERYTHING: Selection = { namespace: null, labels: '', fields: '' }

class Caches {
  readonly sees = ['request', 'watch', 'lost', 'process']
  private readonly selections = new Map<string, Selection>()
  /** The newest watch messages by `seq`, in a ring. */
  private readonly underway: { seq: number; to: string }[] = []
  private sentCount = 0
  private readonly deceived = new Set<string>()
  private readonly recorded: Recorded

  constructor(recorded: Recorded) {
    this.recorded = recorded
  }

  see(event: TraceEvent): Complaints {
    if (isMessage(event)) {
      if (event.type === 'request') this.request(event.from, event.message as RequestMessage)
      else this.sent(event)
    } else if (event.type === 'lost') {
      if (event.reason !== 'dropped') return fine
      const dropped = this.underway.find(({ seq }) => seq === event.message)
      if (dropped !== undefined) this.deceived.add(dropped.to)
    } else if (event.type === 'process' && event.step === 'up') this.deceived.delete(event.target)
    return fine
  }

  private sent({ seq, to }: Delivery): void {
    const place = this.sentCount++ % MESSAGES_KEPT
    const entry = this.underway[place]
    if (entry === undefined) this.underway.push({ seq, to })
    else {
      entry.seq = seq
      entry.to = to
    }
  }

  private request(client: string, { request }: RequestMessage): void {
    const { method, path, query } = request
    if (method !== 'GET' || query.watch !== 'true') return
    const parts = path.split('/').filter((part) => part !== '')
    const rest = parts.slice(parts[0] === 'api' ? 2 : 3)
    const isNamespaced = rest[0] === 'namespaces' && rest.length > 2
    const resource = (isNamespaced ? rest[2] : rest[0]) ?? ''
    this.selections.set(`${client} ${resource}`, {
      namespace: isNamespaced ? (rest[1] ?? null) : null,
      labels: query.labelSelector ?? '',
      fields: query.fieldSelector ?? '',
    })
  }

  settled(processes: Processes): Complaints {
    const found: string[] = []
    for (const { id, up } of processes.slots()) {
      if (!up || this.deceived.has(id)) continue
      const state = (processes.stateOf(id) ?? {}) as Caching
      for (const [kind, cache] of Object.entries(state.caches ?? {})) {
        const resource = kind.split('.')[0] ?? kind
        if (cache.ready)
          found.push(...this.compare(`${id}'s watch cache`, resource, cache.objects, EVERYTHING))
      }
      for (const [resource, { synced, store }] of Object.entries(state.client?.reflectors ?? {})) {
        const selection = this.selections.get(`${id} ${resource}`)
        if (synced === false || selection === undefined) continue
        found.push(...this.compare(id, resource, store.objects, selection))
      }
    }
    return found
  }

  private compare(
    who: string,
    resource: string,
    cached: CowMap<KubeObject>,
    { namespace, labels, fields }: Selection,
  ): Complaints {
    let expected = 0
    for (const { object, revision } of this.recorded.of(resource).values()) {
      if (namespace !== null && object.metadata.namespace !== namespace) continue
      if (!selectedBy(object, labels, fields)) continue
      expected++
      const { name } = object.metadata
      const key = object.metadata.namespace === undefined ? name : `${object.metadata.namespace}/${name}`
      const has = Number(cached.get(key)?.metadata.resourceVersion ?? 0)
      if (has === revision) continue
      const instead = has === 0 ? 'does not have it' : `has version ${has}`
      return [`${resource} ${key} is at version ${revision}, and ${who} ${instead}`]
    }
    return cached.size === expected
      ? fine
      : [`${who} has ${cached.size} ${resource}, though only ${expected} are stored`]
  }
}

export const informersConverge: Check = {
  name: 'informers-converge',
  title: { en: 'Caches agree with etcd', 'zh-CN': '缓存与 etcd 一致' },
  explains: {
    en: "Once things are quiet, the apiserver's watch caches and every component's informers hold exactly what etcd holds. What a component does not know, it cannot act on.",
    'zh-CN':
      '平静之后，apiserver 的 watch 缓存和各组件的 informer 与 etcd 中的内容完全一致。组件不知道的事，就无法处理。',
  },
  settles: true,
  start: (recorded) => new Caches(recorded),
}
