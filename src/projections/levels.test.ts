import { expect, test } from 'vitest'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { ROOT, standingOf } from './levels.ts'

const event = (fields: object): TraceEvent =>
  ({ seq: 2, at: 0, process: 'p', cause: 0, ...fields }) as TraceEvent
const message = (type: string, content: object): TraceEvent =>
  event({ type, from: 'a', to: 'b', sentAt: 0, deliveredAt: 1, message: { type, ...content } })
const request = (method: string, path: string, body?: unknown): TraceEvent =>
  message('request', { request: { method, path, query: {}, headers: {}, body } })
const raft = (type: string): TraceEvent => message('raft', { message: { type } })

const NODE_STATUS = '/api/v1/nodes/node-1/status'
const FOLLOWED = { ...ROOT, followed: true }
const NOISE = { level: 'noise', inherited: 'noise', followed: false } as const

test.each([
  ['a line of the user', event({ type: 'command', command: { type: 'kubectl' } }), ROOT, 'story', true],
  ['the boot', event({ type: 'command', command: { type: 'boot' } }), ROOT, 'story', false],
  ['a fault', event({ type: 'fault' }), ROOT, 'story', true],
  ['a request of nobody', request('GET', '/api/v1/pods'), ROOT, 'story', false],
  ['a request that follows', request('GET', '/api/v1/pods'), FOLLOWED, 'story', true],
  ['a Lease, whoever asked', request('PUT', '/apis/x/v1/namespaces/a/leases/b'), FOLLOWED, 'noise', false],
  ['an Event', request('POST', '/api/v1/namespaces/default/events'), FOLLOWED, 'detail', false],
  ['a phase inside the apiserver', event({ type: 'phase' }), FOLLOWED, 'detail', true],
  [
    'a heartbeat of a node',
    request('PATCH', NODE_STATUS, { status: { conditions: [{ type: 'Ready' }] } }),
    ROOT,
    ...(['noise', false] as const),
  ],
  [
    'a change of a node',
    request('PATCH', NODE_STATUS, { status: { conditions: [{ type: 'Ready', lastTransitionTime: 'now' }] } }),
    ROOT,
    ...(['story', false] as const),
  ],
  ['a heartbeat of Raft', raft('MsgHeartbeat'), ROOT, 'noise', false],
  ['what follows from a heartbeat', request('GET', '/api/v1/pods'), NOISE, 'noise', false],
  ['an election, though nothing caused it', raft('MsgPreVote'), NOISE, 'story', true],
  ['a sync that nothing caused', event({ type: 'reconcile', step: 'start' }), ROOT, 'story', true],
  [
    'a sync that a heartbeat caused',
    event({ type: 'reconcile', step: 'start', cause: 1 }),
    NOISE,
    'noise',
    false,
  ],
])('%s', (_, what, parent, level, followed) => {
  const standing = standingOf(what, parent)
  expect([standing.level, standing.followed && standing.level !== 'noise']).toEqual([level, followed])
})
