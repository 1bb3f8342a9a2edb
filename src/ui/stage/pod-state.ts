// What a Pod is, told twice: what the record says and what really runs. The difference between them is the lesson.

import type { PodView } from '../../worker/protocol.ts'

/** How far the real thing on the node has come. */
export type Reality = 'nothing' | 'sandbox' | 'networked' | 'pulling' | 'starting' | 'running' | 'exited'

export interface PodState {
  readonly reality: Reality
  /** Bound to a node; otherwise it exists in etcd only. */
  readonly bound: boolean
  /** The record claims more than there is: it says Running, or its node is dead, and nothing runs. */
  readonly gap: boolean
  readonly terminating: boolean
  /** The object is gone from etcd, and its remains are still on the node. */
  readonly remains: boolean
  /** The record's word: the reason where kubectl would show one, else the phase. */
  readonly word: string
  readonly ip: string | null
}

export function podState(pod: PodView, hostUp: boolean): PodState {
  const reality = hostUp ? realityOf(pod) : 'nothing'
  const over = pod.phase === 'Succeeded' || pod.phase === 'Failed'
  const claims = pod.recorded && !over && (!hostUp || pod.phase === 'Running' || pod.ready)
  return {
    reality,
    bound: pod.node !== null,
    gap: claims && pod.node !== null && reality === 'nothing',
    terminating: pod.recorded && pod.deleting,
    remains: !pod.recorded,
    word: pod.deleting ? 'Terminating' : (pod.reason ?? pod.phase),
    ip: reality === 'nothing' ? null : (pod.sandboxIp ?? null),
  }
}

function realityOf(pod: PodView): Reality {
  if (pod.sandbox === 'absent') return 'nothing'
  const states = pod.containers.map(({ state }) => state)
  if (states.includes('running')) return 'running'
  if (states.includes('pulling')) return 'pulling'
  if (states.includes('created')) return 'starting'
  if (states.includes('exited')) return 'exited'
  return pod.sandbox === 'networked' ? 'networked' : 'sandbox'
}

/** About how wide a letter of a Pod's name is. */
const letterWidth = 7.4

/** Pods of one workload differ in their last letters, so a name that is too long for `room` is cut in its middle. */
export function shortPodName(name: string, room: number): string {
  const longest = Math.max(9, Math.floor(room / letterWidth))
  return name.length <= longest ? name : `${name.slice(0, longest - 6)}…${name.slice(-5)}`
}
