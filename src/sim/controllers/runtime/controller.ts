// What a controller is: what it watches, which keys a change makes it look at again, and how it brings one key in
// order. The runtime does the rest: informers, queues, workers, retries, traces.

import type { KubeObject } from '../../api/objects.ts'
import type { ResourceRef } from '../../api/resources.ts'
import type { ChangeType, EventDraft, Identity, InformerSpec } from '../../client/index.ts'
import type { CowMap } from '../../kernel/cow-map.ts'
import type { Task } from '../../kernel/task.ts'
import type { Expectations } from './expectations.ts'

/** Nothing: the key is in order. An error is tried again, later each time; a requeue after its delay. */
export type SyncResult = undefined | { readonly requeueAfterMicros: number } | { readonly error: string }

export interface Change {
  readonly ref: ResourceRef<KubeObject>
  readonly type: ChangeType
  readonly object: KubeObject
  readonly previous: KubeObject | undefined
}

/** What a controller may do while a change reaches it. */
export interface ChangeTools {
  readonly now: number
  readonly expectations: Expectations
  readonly memory: CowMap<unknown>
  enqueue(key: string): void
  enqueueAfter(key: string, delayMicros: number): void
  get<T extends KubeObject>(ref: ResourceRef<T>, key: string): T | undefined
  byIndex<T extends KubeObject>(ref: ResourceRef<T>, index: string, value: string): readonly T[]
  list<T extends KubeObject>(ref: ResourceRef<T>): readonly T[]
  record(draft: EventDraft): void
}

export interface Controller {
  /** As kube-controller-manager's `--controllers` calls it: `replicaset-controller`. */
  readonly name: string
  /** The service account whose rights it uses, in kube-system. */
  readonly serviceAccount: string
  /** The source of its Events. */
  readonly component: string
  readonly workers: number
  readonly informers: readonly InformerSpec[]
  changed(change: Change, tools: ChangeTools): void
  sync(key: string): Task<SyncResult>
  /** Looks at everything this often, whatever happens, and enqueues what needs a sync. */
  readonly tick?: { readonly everyMicros: number; scan(tools: ChangeTools): void }
  /** An error is given up after so many retries. */
  readonly maxRetries?: number
}

export function identityOf(controller: { readonly serviceAccount: string }): Identity {
  const user = `system:serviceaccount:kube-system:${controller.serviceAccount}`
  return { user, userAgent: `kube-controller-manager/v1.35.0 (linux/amd64) kubernetes/${user}` }
}

/** A key or an index under one name must mean one thing, since informers are shared. */
export function mergeInformers(controllers: readonly Controller[]): readonly InformerSpec[] {
  const merged = new Map<string, InformerSpec>()
  for (const spec of controllers.flatMap((controller) => controller.informers)) {
    const before = merged.get(spec.ref.resource)
    merged.set(spec.ref.resource, { ...spec, indexes: { ...before?.indexes, ...spec.indexes } })
  }
  return [...merged.values()]
}

/** For each resource, who wants to hear of its changes. */
export function subscribers(controllers: readonly Controller[]): ReadonlyMap<string, readonly Controller[]> {
  const map = new Map<string, Controller[]>()
  for (const controller of controllers) {
    for (const { ref } of controller.informers) {
      const list = map.get(ref.resource)
      if (list === undefined) map.set(ref.resource, [controller])
      else if (!list.includes(controller)) list.push(controller)
    }
  }
  return map
}

export function registry(controllers: readonly Controller[]): readonly Controller[] {
  const names = new Set<string>()
  for (const { name } of controllers) {
    if (names.has(name)) throw new Error(`two controllers are called ${name}`)
    names.add(name)
  }
  return controllers
}
