// Waiting for objects to come to a state: look once, then follow a watch. A watch that ends is opened again.

import { parseDuration } from '../sim/api/duration.ts'
import type { JsonObject } from '../sim/api/json.ts'
import { resourcePath } from '../sim/api/resources.ts'
import { api, sleep } from '../sim/client/index.ts'
import type { Task } from '../sim/kernel/task.ts'
import { closeWatch, nextEvent, now, openWatch } from './effects.ts'
import { apiFailure, failure } from './failure.ts'
import type { Target } from './objects.ts'
import { json, text } from './objects.ts'

/** What to do with an object as it is now; null is an object that is gone. True ends the waiting. */
export type Judge = (object: JsonObject | null) => boolean | Task<boolean>

const RETRY_MICROS = 1_000_000

/** Virtual time when a `--timeout` is over; null for none. */
export function* deadlineOf(timeout: string, missing: string): Task<number | null> {
  const written = timeout === '' ? missing : timeout
  const micros = parseDuration(/^-?\d+$/.test(written) ? `${written}s` : written)
  if (micros === undefined)
    throw failure(`invalid argument "${timeout}" for "--timeout" flag: time: invalid duration "${timeout}"`)
  // 0 means for ever to delete and rollout; wait asks once, which a deadline of now does.
  return micros === 0 ? null : (yield* now()) + (micros < 0 ? 7 * 24 * 3_600_000_000 : micros)
}

/** False when the deadline came first. Fails where the object cannot be read. */
export function* waitFor(target: Target, judge: Judge, deadline: number | null): Task<boolean> {
  const { type, namespace, name } = target
  for (;;) {
    const found = yield* api.get(type, namespace, name)
    if (!found.ok && found.status.reason !== 'NotFound') throw apiFailure(found.status)
    const object = found.ok ? json(found.object) : null
    if (yield* verdictOf(judge(object))) return true
    const resourceVersion = text(object ?? {}, 'metadata', 'resourceVersion')
    const query = {
      fieldSelector: `metadata.name=${name}`,
      ...(resourceVersion === '' ? {} : { resourceVersion }),
    }
    const opened = yield* openWatch(resourcePath(type, namespace), query)
    if (!opened.ok) throw apiFailure(opened.status)
    const verdict = yield* follow(opened.object, judge, deadline)
    yield* closeWatch(opened.object)
    if (verdict !== 'ended') return verdict === 'done'
    yield* sleep(RETRY_MICROS)
  }
}

function* verdictOf(verdict: boolean | Task<boolean>): Task<boolean> {
  return typeof verdict === 'boolean' ? verdict : yield* verdict
}

function* follow(watch: number, judge: Judge, deadline: number | null): Task<'done' | 'deadline' | 'ended'> {
  for (;;) {
    const event = yield* nextEvent(watch, deadline)
    if (event.type === 'DEADLINE') return 'deadline'
    if (event.type === 'END' || event.type === 'ERROR') return 'ended'
    if (event.type === 'BOOKMARK') continue
    const object = event.type === 'DELETED' ? null : json(event.object)
    if (yield* verdictOf(judge(object))) return 'done'
  }
}

/** Until the object of this uid is no more; another of the same name does not count. */
export function* untilGone(path: string, target: Target, uid: string, timeout: string): Task<void> {
  const deadline = yield* deadlineOf(timeout, '0')
  const gone = (object: JsonObject | null): boolean =>
    object === null || (uid !== '' && text(object, 'metadata', 'uid') !== uid)
  if (!(yield* waitFor(target, gone, deadline)))
    throw failure(`timed out waiting for the condition on ${path.split('/').slice(-2).join('/')}`)
}
