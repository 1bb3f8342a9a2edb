// Answers the effects of syncs from the controller's own state and the shared caches.
import type { Client, EventDraft, RecordEventEffect, WorkQueue } from '../../client/index.ts'
import { addKeyAfter, workQueue } from '../../client/index.ts'
import type { CowMap } from '../../kernel/cow-map.ts'
import { cowMap, prefixEnd } from '../../kernel/cow-map.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { Context } from '../../kernel/process.ts'
import type { Effect, Outcome } from '../../kernel/task.ts'
import type { SyncEffect } from './effects.ts'
import type { Expectations } from './expectations.ts'
import {
  creationObserved,
  deletionObserved,
  expectCreations,
  expectDeletions,
  forgetExpectations,
  isSatisfied,
} from './expectations.ts'

/** The running part of a controller. */
export interface ControllerState {
  readonly queue: WorkQueue
  busy: number
  readonly expectations: Expectations
  readonly memory: CowMap<unknown>
}

export function controllerState(name: string): ControllerState {
  return { queue: workQueue(name), busy: 0, expectations: {}, memory: cowMap<unknown>() }
}

export interface SyncHost<S> {
  readonly client: Client<S>
  explain(state: S, task: number, summary: string, context: Context): void
  record(state: S, task: number, draft: EventDraft, context: Context): void
}

const DONE: Outcome = { value: undefined }

/** Null: not an effect of a sync. */
export function performSyncEffect<S>(
  host: SyncHost<S>,
  state: S,
  controller: ControllerState,
  task: number,
  effect: Effect,
  context: Context,
): Outcome | null {
  const request = effect as SyncEffect | RecordEventEffect
  switch (request.effect) {
    case 'cache-get':
      return { value: host.client.get(state, request.ref, request.key) }
    case 'cache-list':
      return { value: Object.freeze(host.client.list(state, request.ref)) }
    case 'cache-index':
      return { value: Object.freeze(host.client.byIndex(state, request.ref, request.index, request.value)) }
    case 'now':
      return { value: context.now }
    case 'clock':
      return { value: context.clock }
    case 'explain':
      host.explain(state, task, request.summary, context)
      return DONE
    case 'record-event':
      host.record(state, task, request.draft, context)
      return DONE
    case 'enqueue':
      addKeyAfter(controller.queue, request.key, request.delayMicros, context)
      return DONE
    case 'remind':
      addKeyAfter(controller.queue, request.key, request.delayMicros, context, false)
      return DONE
    default:
      return performOwn(controller, request, context.now)
  }
}

function performOwn(controller: ControllerState, effect: SyncEffect, now: number): Outcome | null {
  const { memory, expectations } = controller
  switch (effect.effect) {
    case 'memory-get':
      return { value: memory.get(effect.key) }
    case 'memory-set':
      memory.set(effect.key, deepFreeze(effect.value))
      return DONE
    case 'memory-delete':
      memory.delete(effect.key)
      return DONE
    case 'memory-entries':
      return { value: deepFreeze(entriesOf(memory, effect.prefix)) }
    case 'expect-creations':
      expectCreations(expectations, effect.key, effect.count, now)
      return DONE
    case 'expect-deletions':
      expectDeletions(expectations, effect.key, effect.uids, now)
      return DONE
    case 'creations-observed':
      creationObserved(expectations, effect.key, effect.count)
      return DONE
    case 'deletion-observed':
      deletionObserved(expectations, effect.key, effect.uid)
      return DONE
    case 'expectations-satisfied':
      return { value: isSatisfied(expectations, effect.key, now) }
    case 'forget-expectations':
      forgetExpectations(expectations, effect.key)
      return DONE
    default:
      return null
  }
}

function entriesOf(memory: CowMap<unknown>, prefix: string): [string, unknown][] {
  if (prefix === '') return memory.toArray()
  const end = prefixEnd(prefix)
  const entries: [string, unknown][] = []
  memory.forRange(prefix, end ?? prefix, false, (key, value) => {
    entries.push([key, value])
  })
  return entries
}
