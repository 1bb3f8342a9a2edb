// etcd is strictly serializable: every operation seems to happen at one instant between its request and its answer. Each
// answer names a revision, which orders operations of all keys; what each key held is searched for by `Register`.
// Not judged: keys with a lease, which go by themselves, and reads that ask for less (serializable, or of the past).
import type { EtcdOp, EtcdRequest, EtcdResponse, KeyValue, OpResult, TxnOp } from '../sim/etcd/messages.ts'
import type { Delivery } from '../sim/kernel/delivery.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Check, Complaints } from './check.ts'
import { fine } from './check.ts'
import type { Answer, Operation, Value } from './register.ts'
import { Register } from './register.ts'

const REVISIONS_KEPT = 4096

interface Call {
  readonly seq: number
  readonly client: string
  readonly member: string
  readonly op: EtcdOp
  /** The newest revision that anybody had been told of when this was asked. */
  readonly floor: number
}

/** A transaction as Kubernetes uses them: one key, compared by its last change, or a read of one key. */
interface SingleKey {
  readonly key: string
  readonly operation: Operation
}

class Histories {
  readonly sees = ['etcd-request', 'etcd-response', 'process']
  private readonly calls = new Map<string, Call>()
  private readonly registers = new Map<string, Register>()
  private readonly leased = new Set<string>()
  private readonly written = new Map<number, number>()
  private told = 0

  see(event: TraceEvent): Complaints {
    if (isMessage(event)) return event.type === 'etcd-request' ? this.request(event) : this.response(event)
    if (event.type === 'process' && event.step === 'down') this.gone(event.target)
    return fine
  }

  private request({ seq, from, to, message }: Delivery): Complaints {
    const { id, request } = message as EtcdRequest
    const name = `${from} ${to} ${id}`
    const before = this.calls.get(name)
    if (before !== undefined) this.unanswered(before)
    this.calls.set(name, { seq, client: from, member: to, op: request, floor: this.told })
    const single = this.singleKey(request)
    if (single !== undefined) this.register(single.key).invoke(seq, single.operation)
    return fine
  }

  private response({ from, to, message }: Delivery): Complaints {
    const { id, revision, result, error } = message as EtcdResponse
    const name = `${to} ${from} ${id}`
    const call = this.calls.get(name)
    if (call === undefined) return fine
    this.calls.delete(name)
    if (error !== null || result === null) {
      this.unanswered(call)
      return fine
    }
    const wrong = [...this.order(call, revision, result), ...this.contents(call, revision, result)]
    if (!isStale(call.op)) this.told = Math.max(this.told, revision)
    return wrong
  }

  /** Revisions follow real time, and each is of one write. */
  private order({ seq, member, op, floor }: Call, revision: number, result: OpResult): readonly string[] {
    if (isStale(op)) return fine
    if (revision < floor)
      return [
        `${member} answers as of revision ${revision}, though revision ${floor} was known before it was asked`,
      ]
    if (!hasWritten(result)) return fine
    const other = this.written.get(revision)
    this.written.set(revision, seq)
    this.written.delete(revision - REVISIONS_KEPT)
    if (other !== undefined) return [`two writes were acknowledged with revision ${revision}`]
    return revision === floor
      ? [`${member} acknowledges a write with revision ${revision}, which was known before it was asked`]
      : fine
  }

  private contents({ seq, member, op }: Call, revision: number, result: OpResult): readonly string[] {
    const single = this.singleKey(op)
    if (single === undefined) return fine
    const { key, operation } = single
    const answer = answerOf(operation, revision, result)
    const register = this.register(key)
    if (answer === undefined || register.answered(seq, answer)) {
      if (register.isQuiet && holdsNothing(operation, answer)) this.registers.delete(key)
      return fine
    }
    return [`no order of operations explains the answer of ${member}: ${key} ${saying(answer)}`]
  }

  private unanswered({ seq, op }: Call): void {
    const single = this.singleKey(op)
    if (single !== undefined) this.registers.get(single.key)?.unanswered(seq)
  }

  /** Who is gone gets no answer any more, and gives none. */
  private gone(process: string): void {
    for (const [name, call] of this.calls) {
      if (call.client !== process && call.member !== process) continue
      this.calls.delete(name)
      this.unanswered(call)
    }
  }

  private register(key: string): Register {
    const known = this.registers.get(key)
    if (known !== undefined) return known
    const register = new Register()
    this.registers.set(key, register)
    return register
  }

  private singleKey(op: EtcdOp): SingleKey | undefined {
    const single = op.op === 'range' ? readOf(op) : op.op === 'txn' ? this.writeOf(op) : undefined
    return single === undefined || this.leased.has(single.key) ? undefined : single
  }

  private writeOf({ compare, success, failure }: TxnOp): SingleKey | undefined {
    const [write, ...more] = success
    const [condition, ...others] = compare
    if (write === undefined || more.length > 0 || others.length > 0 || write.op === 'range') return undefined
    const { key } = write
    if (write.op === 'delete' && write.end !== undefined) return undefined
    if (write.op === 'put' && (write.lease ?? 0) !== 0) {
      this.leased.add(key)
      this.registers.delete(key)
      return undefined
    }
    if (
      condition !== undefined &&
      (condition.key !== key || condition.target !== 'mod' || condition.result !== '=')
    )
      return undefined
    const [otherwise] = failure
    if (condition !== undefined && (otherwise?.op !== 'range' || otherwise.key !== key)) return undefined
    const content = write.op === 'put' ? write.value : null
    return { key, operation: { kind: 'write', expected: condition?.value ?? null, content } }
  }
}

function readOf(op: EtcdOp & { readonly op: 'range' }): SingleKey | undefined {
  if (op.end !== undefined || op.countOnly === true || isStale(op)) return undefined
  return { key: op.key, operation: { kind: 'read' } }
}

const isStale = (op: EtcdOp): boolean =>
  op.op === 'range' && (op.serializable === true || (op.revision ?? 0) > 0)

const hasWritten = (result: OpResult): boolean =>
  result.op === 'txn' &&
  result.responses.some((one) => one.op === 'put' || (one.op === 'delete' && one.deleted > 0))

function answerOf(operation: Operation, revision: number, result: OpResult): Answer | undefined {
  if (result.op === 'range') return { kind: 'seen', value: heldBy(result.kvs[0]) }
  if (result.op !== 'txn' || operation.kind === 'read') return undefined
  if (result.succeeded) return { kind: 'written', revision }
  const [found] = result.responses
  return found?.op === 'range' ? { kind: 'seen', value: heldBy(found.kvs[0]) } : undefined
}

const heldBy = (kv: KeyValue | undefined): Value | null =>
  kv === undefined ? null : { revision: kv.modRevision, content: kv.value }

/** A key that certainly holds nothing is as good as one that nobody has asked for yet. */
const holdsNothing = (operation: Operation, answer: Answer | undefined): boolean =>
  answer?.kind === 'written'
    ? operation.kind === 'write' && operation.content === null
    : answer?.kind === 'seen' && answer.value === null

const saying = (answer: Answer): string =>
  answer.kind === 'written'
    ? `was written at revision ${answer.revision}`
    : answer.value === null
      ? 'does not exist'
      : `was last changed at revision ${answer.value.revision}`

export const etcdLinearizable: Check = {
  name: 'etcd-linearizable',
  title: { en: 'etcd is linearizable', 'zh-CN': 'etcd 满足线性一致性' },
  explains: {
    en: 'Every operation seems to happen at one instant between its request and its answer: whoever asks after a write has been acknowledged sees it.',
    'zh-CN': '每个操作都像是在请求与应答之间的某一瞬间完成：写入得到确认之后，任何人再读都能看到它。',
  },
  start: () => new Histories(),
}
