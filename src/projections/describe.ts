// From an event to its row: labels in the protocols' own terms, the same in every language.
import type { Delivery, Message } from '../sim/kernel/process.ts'
import type { RecordedEvent, TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Facts } from './facts.ts'
import { factsOf, parseRegistryKey } from './facts.ts'
import type { Standing } from './levels.ts'
import type { Row } from './rows.ts'

const REASONS: Readonly<Record<string, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** The words of a row that depend on the kind of event. */
interface Words {
  readonly label: string
  readonly detail: string
  readonly ok: boolean
  readonly object: string | null
}

export function describe(
  event: TraceEvent,
  standing: Standing,
  milestone: string | null,
  requestOf: (event: Delivery) => Delivery | undefined,
): Row {
  const facts = factsOf(event, requestOf)
  const message = isMessage(event)
  const words = message ? messageWords(event, facts) : recordedWords(event, facts)
  return {
    seq: event.seq,
    at: event.at,
    deliveredAt: message ? event.deliveredAt : null,
    type: event.type,
    process: event.process,
    from: message ? event.from : null,
    to: message ? event.to : null,
    cause: event.cause,
    level: standing.level,
    milestone,
    ...words,
  }
}

const objectKey = (facts: Facts): string | null =>
  facts.resource && facts.object ? `${facts.resource}/${facts.object}` : null

const say = (label: string, detail = '', ok = true, object: string | null = null): Words => ({
  label,
  detail,
  ok,
  object,
})

function messageWords(event: Delivery, facts: Facts): Words {
  const resource = [facts.resource, facts.subresource].filter(Boolean).join('/')
  switch (event.type) {
    case 'request': {
      const verb =
        facts.watch === 'true'
          ? 'WATCH'
          : facts.method === 'GET' && !facts.object
            ? 'LIST'
            : (facts.method ?? '')
      return say(`${verb} ${resource || facts.path}`, facts.object ?? '', true, objectKey(facts))
    }
    case 'response': {
      const status = facts.status ?? ''
      return say(
        `${status} ${REASONS[status] ?? ''}`.trim(),
        [resource, facts.object].filter(Boolean).join(' '),
        Number(status) < 400,
        objectKey(facts),
      )
    }
    case 'watch':
      return say(
        `${facts.event} ${facts.kind || facts.resource}`,
        facts.object ?? '',
        facts.event !== 'ERROR',
        objectKey(facts),
      )
    case 'raft':
      return say(raftLabel(facts), raftDetail(facts), facts.reject !== 'true')
    case 'etcd-request':
    case 'etcd-watch-create':
      return etcdRequestWords(event, facts)
    case 'etcd-response':
      return say(facts.error ? 'ERROR' : 'OK', facts.error ?? `revision ${facts.revision}`, !facts.error)
    case 'etcd-watch':
      return etcdWatchWords(event, facts)
    case 'reset':
      return say('RESET', facts.peer ?? '', false)
    case 'cri':
    case 'cni':
      return say(
        `${event.type === 'cni' ? 'CNI ' : ''}${facts.call}`,
        facts.pod ?? facts.image ?? '',
        true,
        objectKey(facts),
      )
    case 'cri-result':
    case 'cni-result':
      return say(
        `${facts.call} ${facts.ok === 'false' ? 'failed' : 'done'}`,
        facts.error ?? facts.pod ?? '',
        facts.ok !== 'false',
        objectKey(facts),
      )
    case 'cri-event':
      return say(facts.event ?? facts.kind ?? 'container event', facts.pod ?? '')
    default:
      return say(event.type, facts.detail ?? facts.name ?? '', !facts.error)
  }
}

const raftLabel = (facts: Facts): string => facts.inner ?? 'raft'

const raftDetail = (facts: Facts): string =>
  ['term', 'index', 'commit']
    .flatMap((field) => (facts[field] === undefined ? [] : [`${field} ${facts[field]}`]))
    .join(' · ')

interface EtcdOp {
  readonly op?: string
  readonly key?: string
  readonly success?: readonly EtcdOp[]
}

function etcdRequestWords(event: Delivery, facts: Facts): Words {
  const op = (event.message as Message & { readonly request?: EtcdOp }).request ?? {
    op: 'watch',
    key: facts.key ?? '',
  }
  const inner = op.op === 'txn' ? op.success?.[0] : op
  const key = inner?.key ?? ''
  const label = op.op === 'txn' ? `TXN ${inner?.op ?? ''}` : (op.op ?? '').toUpperCase()
  return say(label.trim(), key, true, registryObject(key))
}

function registryObject(key: string): string | null {
  const { resource, object } = parseRegistryKey(key)
  return resource && object ? `${resource}/${object}` : null
}

function etcdWatchWords(event: Delivery, facts: Facts): Words {
  const events =
    (event.message as Message & { readonly events?: readonly { type: string; kv: { key: string } }[] })
      .events ?? []
  const first = events[0]
  if (first === undefined) return say('PROGRESS', `revision ${facts.revision}`)
  const more = events.length > 1 ? ` +${events.length - 1}` : ''
  return say(`EVENT ${first.type}${more}`, first.kv.key, true, registryObject(first.kv.key))
}

function recordedWords(event: RecordedEvent, facts: Facts): Words {
  switch (event.type) {
    case 'phase':
      return say(event.phase, event.notes.join('; '), event.ok)
    case 'raft-state':
      return say(`${event.role} · term ${event.term}`, event.leader ? `leader ${event.leader}` : 'no leader')
    case 'raft-entry':
      return say(`${event.step.toUpperCase()} ${event.index}`, event.acknowledged?.join(', ') ?? '')
    case 'storage':
      return say(`${event.op.toUpperCase()} rev ${event.revision}`, event.key, true, objectKey(facts))
    case 'reconcile':
      return say(
        event.step === 'start' ? `sync ${event.controller}` : `synced ${event.controller}`,
        `${event.key}: ${event.summary}`,
        event.outcome !== 'failed',
      )
    case 'schedule':
      return say(
        event.node === null ? 'unschedulable' : `→ ${event.node}`,
        `${event.pod} ${event.message}`.trim(),
        event.node !== null,
        `pods/${event.pod}`,
      )
    case 'runtime':
      return say(event.step, event.text, event.step !== 'pull-failed', `pods/${event.pod}`)
    case 'network':
    case 'packet':
      return say(event.step, event.summary)
    case 'leadership':
      return say(event.leader ? 'leads' : 'leads no more', event.lease, event.leader)
    case 'output':
      return say(
        event.exitCode === undefined ? 'output' : `exit ${event.exitCode}`,
        (event.stdout || event.stderr).split('\n')[0] ?? '',
        !event.exitCode,
      )
    case 'note':
      return say('note', event.text)
    case 'command':
      return say(
        facts.line === undefined ? event.command.type : `kubectl ${facts.line.replace(/^kubectl\s+/, '')}`,
        '',
      )
    case 'fault':
      return say(
        event.step === 'injected' ? event.fault : `heal ${event.fault}`,
        event.target,
        event.step === 'healed',
      )
    case 'process':
      return say(
        event.step,
        `${event.target}: ${event.reason}`,
        event.step === 'up' || event.step === 'thawed',
      )
    case 'host':
      return say(event.step === 'up' ? 'power on' : 'power lost', event.target, event.step === 'up')
    case 'lost':
      return say('lost', event.reason, false)
  }
}
