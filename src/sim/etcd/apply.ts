// Committed commands change the store, the same on every member; the member that a client asked also answers it.
import type { Context } from '../kernel/process.ts'
import type { Command, MemberState } from './member-state.ts'
import { applyMemberOp, needsSpace } from './membership.ts'
import type { EtcdEvent, OpResult } from './messages.ts'
import type { Result } from './mvcc/index.ts'
import {
  applyTxn,
  changesSince,
  compact,
  failure,
  forgetLease,
  grantLease,
  leaseTTLSeconds,
  renewLease,
  revokeLease,
  startLease,
} from './mvcc/index.ts'
import { respond } from './requests.ts'

/** `quiet`: the member does this again after a restart, and had told it before. */
export function applyCommand(state: MemberState, command: Command, quiet: boolean, context: Context): void {
  const before = state.store.revision
  const result = change(state, command, context)
  const mine = command.member === state.id
  if (!quiet) tellWrites(state, before, context)
  const request = mine ? state.pending.get(command.id) : undefined
  if (request === undefined) return
  state.pending.delete(command.id)
  if (result.ok) respond(state, request.client, request.requestId, result.value, null, context)
  else respond(state, request.client, request.requestId, null, result.error, context)
}

function change(state: MemberState, { op, lease }: Command, context: Context): Result<OpResult> {
  const { store, lessor } = state
  if (op.op === 'join' || op.op === 'alarm') {
    applyMemberOp(state, op)
    return { ok: true, value: { op: 'compact' } }
  }
  if (store.alarms.length > 0 && needsSpace(op)) return failure('noSpace')
  switch (op.op) {
    case 'txn':
      return applyTxn(store, op)
    case 'compact':
      return answer(compact(store, op.revision), { op: 'compact' })
    case 'lease-grant': {
      const granted = grantLease(store, lease, op.ttlSeconds)
      if (granted.ok && lessor !== null) startLease(lessor, lease, op.ttlSeconds, context.now)
      return answer(granted, { op: 'lease-grant', lease, ttlSeconds: op.ttlSeconds })
    }
    case 'lease-revoke': {
      if (lessor !== null) forgetLease(lessor, op.lease)
      return answer(revokeLease(store, op.lease), { op: 'lease-revoke' })
    }
    case 'lease-keepalive': {
      const ttl = leaseTTLSeconds(store, op.lease)
      if (!ttl.ok) return ttl
      if (lessor !== null) renewLease(lessor, op.lease, ttl.value, context.now)
      return answer(ttl, { op: 'lease-keepalive', ttlSeconds: ttl.value })
    }
  }
}

const answer = (result: Result<unknown>, value: OpResult): Result<OpResult> =>
  result.ok ? { ok: true, value } : result

/** Every member tells what it stored; the first to do so makes the change known. */
function tellWrites(state: MemberState, before: number, context: Context): void {
  if (state.store.revision === before) return
  if (!context.reads('storage')) {
    context.traceUnread(changesSince(state.store, before).length)
    return
  }
  const events = changesSince(state.store, before)
  for (let i = 0; i < events.length; i++) {
    const event = events[i]
    if (event !== undefined) tellWrite(event, context)
  }
}

function tellWrite({ type, kv, previous }: EtcdEvent, context: Context): void {
  context.trace({
    type: 'storage',
    revision: kv.modRevision,
    key: kv.key,
    op: type,
    object: kv.value,
    previous: previous?.value ?? null,
  })
}
