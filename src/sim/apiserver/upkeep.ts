// What the apiserver does by itself: filling its watch caches, making sure that the system's own objects exist, and
// compacting etcd. Models cacher.go's reflector, controlplane/controller/systemnamespaces and kubernetesservice, and
// storage/etcd3/compact.go.
import type { EndpointSlice, KubeObject, Namespace } from '../api/objects.ts'
import { notFound } from '../api/status.ts'
import { formatTime } from '../api/time.ts'
import { prefixEnd } from '../kernel/cow-map.ts'
import { milliseconds } from '../kernel/micros.ts'
import type { Task } from '../kernel/task.ts'
import { callEtcdStore, currentTime, installList, lookup, sleep, step, untilReady } from './effects.ts'
import {
  KUBERNETES_KEY,
  kubernetesService,
  kubernetesSlice,
  UNSTORED,
  withApiserver,
} from './kubernetes-service.ts'
import { newUid } from './object-identity.ts'
import { keyInEtcd, servedKind } from './served-kinds.ts'
import type { Attempt } from './storage.ts'
import { createObject, guaranteedUpdate, toStore } from './storage.ts'

const RETRY_MICROS = milliseconds(1_000)
const SYSTEM_NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'] as const
const SLICES = 'endpointslices.discovery.k8s.io'
const COMPACT_KEY = 'compact_rev_key'

/** Lists a kind from etcd, for as long as it takes. */
export function* syncKind(kind: string): Task<null> {
  const { prefix } = servedKind(kind)
  const end = prefixEnd(prefix)
  for (;;) {
    const answer = yield* callEtcdStore({ op: 'range', key: prefix, ...(end === undefined ? {} : { end }) })
    if (answer.ok && answer.result.op === 'range') {
      yield* installList(kind, answer.result.kvs, answer.revision)
      return null
    }
    yield* sleep(RETRY_MICROS)
  }
}

/** Creates what every cluster has, where it is missing, and adds this server's address to where Pods find the API. */
export function* bootstrap(address: string): Task<null> {
  yield* untilReady('namespaces')
  for (const name of SYSTEM_NAMESPACES) yield* ensure('namespaces', name, namespaceNamed(name))
  yield* ensure('services', KUBERNETES_KEY, kubernetesService())
  yield* joinApiservers(address)
  return null
}

function* joinApiservers(address: string): Task<void> {
  const place = { served: servedKind(SLICES), key: KUBERNETES_KEY }
  for (;;) {
    yield* ensure(SLICES, KUBERNETES_KEY, kubernetesSlice(address))
    const joined = yield* guaranteedUpdate(place, null, (_state, _context, current) => join(current, address))
    if (joined.ok) return
    yield* sleep(RETRY_MICROS)
  }
}

function join(current: KubeObject | null, address: string): Attempt {
  if (current === null)
    return { next: 'fail', status: notFound(servedKind(SLICES).definition, KUBERNETES_KEY) }
  return { next: 'put', object: withApiserver(current as EndpointSlice, address) }
}

function* ensure(kind: string, key: string, draft: KubeObject): Task<void> {
  const served = servedKind(kind)
  const { definition } = served
  if ((yield* lookup(kind, key)) !== null) return
  const uid = yield* step((_state, context) => newUid(() => context.random()))
  const creationTimestamp = formatTime(yield* currentTime())
  const complete = definition.applyDefaults({
    ...draft,
    metadata: { ...draft.metadata, uid, creationTimestamp },
  })
  const object = toStore(definition.prepareForCreate(complete))
  for (;;) {
    // That it exists already is as good as having created it.
    const created = yield* createObject(keyInEtcd(served, key), object)
    if (created.ok) return
    yield* sleep(RETRY_MICROS)
  }
}

function namespaceNamed(name: string): KubeObject {
  const namespace: Namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, ...UNSTORED },
    spec: {},
    status: {},
  }
  return namespace
}

/** What a compaction leaves for the next one: how many there were, and the revision to compact to then. */
export interface CompactionResult {
  readonly count: number
  readonly revision: number
}

/**
 * Compacts to the revision of five minutes ago. The key in etcd counts the compactions, so that of several apiservers
 * only the first does the work of each round.
 */
export function* compact(count: number, revision: number): Task<CompactionResult | null> {
  const answer = yield* callEtcdStore({
    op: 'txn',
    compare: [{ key: COMPACT_KEY, target: 'version', result: '=', value: count }],
    success: [{ op: 'put', key: COMPACT_KEY, value: String(revision) }],
    failure: [{ op: 'range', key: COMPACT_KEY }],
  })
  if (!answer.ok || answer.result.op !== 'txn') return null
  if (!answer.result.succeeded) {
    const [found] = answer.result.responses
    const version = found?.op === 'range' ? (found.kvs[0]?.version ?? 0) : 0
    return { count: version, revision: answer.revision }
  }
  if (revision > 0) yield* callEtcdStore({ op: 'compact', revision })
  return { count: count + 1, revision: answer.revision }
}
