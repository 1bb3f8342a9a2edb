// What a sync may do besides requests: read the shared caches, keep a little memory, and tell what it is about. Each is
// answered at once, and each answer is frozen, since it becomes part of the sync's transcript.
import type { KubeObject } from '../../api/objects.ts'
import type { ResourceRef } from '../../api/resources.ts'
import type { Effect, Task } from '../../kernel/task.ts'
import { perform } from '../../kernel/task.ts'

export type SyncEffect =
  | { readonly effect: 'cache-get'; readonly ref: ResourceRef<KubeObject>; readonly key: string }
  | { readonly effect: 'cache-list'; readonly ref: ResourceRef<KubeObject> }
  | {
      readonly effect: 'cache-index'
      readonly ref: ResourceRef<KubeObject>
      readonly index: string
      readonly value: string
    }
  | { readonly effect: 'memory-get'; readonly key: string }
  | { readonly effect: 'memory-set'; readonly key: string; readonly value: unknown }
  | { readonly effect: 'memory-delete'; readonly key: string }
  | { readonly effect: 'memory-entries'; readonly prefix: string }
  | { readonly effect: 'now' }
  | { readonly effect: 'clock' }
  | { readonly effect: 'explain'; readonly summary: string }
  | { readonly effect: 'enqueue'; readonly key: string; readonly delayMicros: number }
  | { readonly effect: 'remind'; readonly key: string; readonly delayMicros: number }
  | { readonly effect: 'expect-creations'; readonly key: string; readonly count: number }
  | { readonly effect: 'expect-deletions'; readonly key: string; readonly uids: readonly string[] }
  | { readonly effect: 'creations-observed'; readonly key: string; readonly count: number }
  | { readonly effect: 'deletion-observed'; readonly key: string; readonly uid: string }
  | { readonly effect: 'expectations-satisfied'; readonly key: string }
  | { readonly effect: 'forget-expectations'; readonly key: string }

const yielded = <R>(effect: SyncEffect & Effect): Task<R> => perform<R>(effect)

export const cache = {
  get: <T extends KubeObject>(ref: ResourceRef<T>, key: string): Task<T | undefined> =>
    yielded({ effect: 'cache-get', ref, key }),
  list: <T extends KubeObject>(ref: ResourceRef<T>): Task<readonly T[]> =>
    yielded({ effect: 'cache-list', ref }),
  byIndex: <T extends KubeObject>(ref: ResourceRef<T>, index: string, value: string): Task<readonly T[]> =>
    yielded({ effect: 'cache-index', ref, index, value }),
} as const

/** A controller's own memory: frozen values by key, gone when it stops leading. */
export const memory = {
  get: <V>(key: string): Task<V | undefined> => yielded({ effect: 'memory-get', key }),
  set: (key: string, value: unknown): Task<void> => yielded({ effect: 'memory-set', key, value }),
  delete: (key: string): Task<void> => yielded({ effect: 'memory-delete', key }),
  /** Every entry whose key begins with `prefix`, in the order of keys. */
  entries: <V>(prefix: string): Task<readonly (readonly [string, V])[]> =>
    yielded({ effect: 'memory-entries', prefix }),
} as const

export const expectations = {
  creations: (key: string, count: number): Task<void> => yielded({ effect: 'expect-creations', key, count }),
  deletions: (key: string, uids: readonly string[]): Task<void> =>
    yielded({ effect: 'expect-deletions', key, uids }),
  creationsObserved: (key: string, count: number): Task<void> =>
    yielded({ effect: 'creations-observed', key, count }),
  deletionObserved: (key: string, uid: string): Task<void> =>
    yielded({ effect: 'deletion-observed', key, uid }),
  satisfied: (key: string): Task<boolean> => yielded({ effect: 'expectations-satisfied', key }),
  forget: (key: string): Task<void> => yielded({ effect: 'forget-expectations', key }),
} as const

/** To measure how long something takes. */
export const currentTime = (): Task<number> => yielded({ effect: 'now' })
/** What the machine's clock shows, for timestamps and what is compared with them. */
export const wallClock = (): Task<number> => yielded({ effect: 'clock' })

/**
 * One line for the reader: what the sync found and is about to do. The first one opens the sync in the trace, so it
 * comes before the first request; a sync that neither explains nor asks for anything leaves no trace.
 */
export const explain = (summary: string): Task<void> => yielded({ effect: 'explain', summary })

/** Lets the controller look at another key, or at this one again. */
export const enqueue = (key: string, delayMicros = 0): Task<void> =>
  yielded({ effect: 'enqueue', key, delayMicros })

/** Looks at the key again when a deadline is over. That is the clock's doing, so what follows has no cause. */
export const remind = (key: string, delayMicros: number): Task<void> =>
  yielded({ effect: 'remind', key, delayMicros })
