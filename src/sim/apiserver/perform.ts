// Performs the effects of the apiserver's tasks on its state.

import type { KubeObject } from '../api/objects.ts'
import type { Context } from '../kernel/process.ts'
import type { Effect, Outcome, Token } from '../kernel/task.ts'
import { installList, waitForRevision } from './cache-sync.ts'
import type { ListedObjects, ServerEffect, Step, StepOutcome } from './effects.ts'
import { callEtcd } from './etcd-client.ts'
import { callKubelet } from './kubelet-client.ts'
import { open, selectedObjects } from './open-watches.ts'
import { Rejection } from './rejection.ts'
import type { Selection } from './selection.ts'
import { servedKind } from './served-kinds.ts'
import { release } from './service-addresses.ts'
import type { ServerState } from './state.ts'
import { cacheOf } from './state.ts'
import type { WatchCache } from './watch-cache.ts'

export interface WakeMessage {
  readonly type: 'wake'
  readonly token: Token
}

const DONE: Outcome = Object.freeze({ value: null })

export function performEffect(
  state: ServerState,
  given: Effect,
  token: Token,
  context: Context,
  wake: (token: Token, value: unknown) => void,
): Outcome {
  const effect = given as ServerEffect
  switch (effect.effect) {
    case 'step':
      return { value: take(effect.run, state, context) }
    case 'etcd':
      return callEtcd(state.etcd, effect.op, token, context)
    case 'kubelet':
      return callKubelet(state.kubelets, effect.node, effect.request, token, context)
    case 'sleep': {
      const message: WakeMessage = { type: 'wake', token }
      context.timer(effect.micros, message, { continues: true })
      return 'pending'
    }
    case 'ready':
      return whenReady(state, effect.kind, token)
    case 'fresh': {
      const cache = cacheOf(state, effect.kind)
      return waitForRevision(cache, effect.revision, token, context) ? 'pending' : { value: cache.revision }
    }
    case 'lookup':
      return { value: cacheOf(state, effect.kind).objects.get(effect.key) ?? null }
    case 'cached-list':
      return { value: listOf(cacheOf(state, effect.kind), effect.selection, effect.limit) }
    case 'watch':
      open(state, effect.order, context)
      return DONE
    case 'now':
      return { value: context.clock }
    case 'release-addresses':
      release(state.addresses, effect.service, effect.keep)
      return DONE
    case 'install-list':
      installList(state, effect.kind, effect.kvs, effect.revision, context, wake)
      return DONE
  }
}

function take(run: Step<unknown>, state: ServerState, context: Context): StepOutcome {
  try {
    return { value: run(state, context) }
  } catch (error) {
    if (error instanceof Rejection) return { refused: error.status }
    throw error
  }
}

/** All caches have their first list, and the one asked for has not lost it. */
function whenReady(state: ServerState, kind: string, token: Token): Outcome {
  const own = cacheOf(state, kind)
  const missing = own.ready || !servedKind(kind).cached ? firstUnready(state) : own
  if (missing === undefined) return DONE
  missing.unready = [...missing.unready, token]
  return 'pending'
}

/** Admission looks into other kinds, so at the start a request waits for all of them, one after the other. */
export function firstUnready(state: ServerState): WatchCache | undefined {
  for (const id in state.caches) {
    const cache = state.caches[id]
    if (cache !== undefined && !cache.ready && servedKind(id).cached) return cache
  }
  return undefined
}

function listOf(cache: WatchCache, selection: Selection, limit: number): ListedObjects {
  const items: KubeObject[] = []
  let lastKey = ''
  let remaining = 0
  selectedObjects(cache, servedKind(cache.kind), selection, (object, key) => {
    if (limit > 0 && items.length === limit) {
      remaining++
      return
    }
    items.push(object)
    lastKey = key
  })
  const more = remaining === 0 ? null : { lastKey, remaining }
  return Object.freeze({ items: Object.freeze(items), revision: cache.revision, more })
}
