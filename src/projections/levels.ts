// How much each event matters (see `Level`). Noise is what components do all the time by themselves: heartbeats, lease
// renewals, compaction. Whatever follows from noise is noise; all else that happens is somebody's doing, and is story.

import type { ApiMessage } from '../sim/api/messages.ts'
import type { Delivery, Message } from '../sim/kernel/process.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Level } from './rows.ts'

/** What an event is by itself, and what it makes of everything that follows from it. */
export interface Standing {
  readonly level: Level
  readonly inherited: Level
  /** It descends from something that the user or a fault did, or from what a component found out by itself. */
  readonly followed: boolean
}

export const ROOT: Standing = { level: 'story', inherited: 'story', followed: false }

const RANK: Readonly<Record<Level, number>> = { story: 0, detail: 1, noise: 2 }
const louder = (a: Level, b: Level): Level => (RANK[a] >= RANK[b] ? a : b)

const LEVELS: readonly Level[] = ['story', 'detail', 'noise']

/** A standing as a number from 1 to 18, for those who keep very many. */
export const standingCode = ({ level, inherited, followed }: Standing): number =>
  codeOf(level, inherited, followed)

const codeOf = (level: Level, inherited: Level, followed: boolean): number =>
  1 + RANK[level] * 6 + RANK[inherited] * 2 + (followed ? 1 : 0)

const byCode: readonly Standing[] = [
  ROOT,
  ...LEVELS.flatMap((level) =>
    LEVELS.flatMap((inherited) =>
      [false, true].map((followed) => Object.freeze({ level, inherited, followed })),
    ),
  ),
]

export const standingOfCode = (code: number): Standing => byCode[code] ?? ROOT

const pick = (level: Level, inherited: Level, followed: boolean): Standing =>
  standingOfCode(codeOf(level, inherited, followed))

/** `parent` is the standing of the event's cause; ROOT when it has none. */
export function standingOf(event: TraceEvent, parent: Standing): Standing {
  const started = isStart(event)
  // What silence leads to has no cause among the messages: a controller that misses a heartbeat, a follower that misses
  // its leader. It is followed all the same, since the story goes on there.
  if (started || wakesByItself(event) || isElection(event)) return pick('story', 'story', true)
  const followed = parent.followed && parent.inherited !== 'noise'
  const subtree = isMessage(event) ? messageStanding(event) : 'story'
  const inherited = louder(parent.inherited, subtree)
  const own = isMessage(event) ? messageLevel(event, parent) : recordedLevel(event)
  return pick(louder(inherited, own), inherited, followed && inherited === 'story')
}

/** The same event told by somebody else again: a detail, whatever it is. */
export const echoOf = (standing: Standing): Standing =>
  pick(louder(standing.level, 'detail'), standing.inherited, standing.followed)

const isStart = (event: TraceEvent): boolean =>
  !isMessage(event) && (event.type === 'fault' || (event.type === 'command' && event.command.type !== 'boot'))

const wakesByItself = (event: TraceEvent): boolean =>
  !isMessage(event) && event.type === 'reconcile' && event.step === 'start' && event.cause === 0

const ELECTION = /^Msg(Pre)?Vote/
const isElection = (event: TraceEvent): boolean =>
  event.type === 'raft' && isMessage(event) && ELECTION.test(raftType(event))

const raftType = (event: Delivery): string =>
  (event.message as { readonly message?: { readonly type?: string } }).message?.type ?? ''

/** A heartbeat that confirms nobody's read: it only says that the leader, or a follower, is alive. */
function isIdleHeartbeat(event: Delivery): boolean {
  const { message } = event.message as Message & {
    readonly message?: { readonly type: string; readonly context?: unknown }
  }
  return message?.type.startsWith('MsgHeartbeat') === true && (message.context === 0 || event.cause === 0)
}

function messageStanding(event: Delivery): Level {
  if (event.type === 'raft') return isIdleHeartbeat(event) ? 'noise' : 'story'
  if (event.type === 'etcd-progress' || event.type === 'cancel') return 'noise'
  if (event.type === 'watch') {
    return (event.message as ApiMessage & { type: 'watch' }).event.type === 'BOOKMARK' ? 'noise' : 'story'
  }
  if (event.type === 'etcd-request') return etcdStanding(event)
  if (event.type !== 'request') return 'story'
  const { method, path, body } = (event.message as ApiMessage & { type: 'request' }).request
  if (path.includes('/leases/') || path.endsWith('/leases')) return 'noise'
  if (path.endsWith('/events') && method === 'POST') return 'detail'
  if (method !== 'GET' && path.includes('/events/')) return 'detail'
  if (method === 'PATCH' && /\/nodes\/[^/]+\/status$/.test(path)) return isHeartbeat(body) ? 'noise' : 'story'
  return 'story'
}

/** What a message is by itself, without making anything of what follows from it. */
function messageLevel(event: Delivery, parent: Standing): Level {
  if (event.type === 'raft') return raftType(event).startsWith('MsgHeartbeat') ? 'detail' : 'story'
  if (event.type === 'cri') return isPolling(event) ? 'detail' : 'story'
  return event.type === 'cri-result' && parent.level === 'detail' ? 'detail' : 'story'
}

/** Calls that a kubelet makes again and again to see how things are. */
const POLLS: ReadonlySet<string> = new Set([
  'Status',
  'Version',
  'ListPodSandbox',
  'ListContainers',
  'ListImages',
  'ContainerStatus',
  'PodSandboxStatus',
  'ImageStatus',
  'GetContainerEvents',
])

const isPolling = (event: Delivery): boolean =>
  POLLS.has((event.message as { readonly call?: { readonly method?: string } }).call?.method ?? '')

function etcdStanding(event: Delivery): Level {
  const request = (
    event.message as Message & { readonly request?: { readonly op?: string; readonly countOnly?: boolean } }
  ).request
  return request?.op === 'compact' || request?.op === 'lease-keepalive' || request?.countOnly === true
    ? 'noise'
    : 'story'
}

/** A node status patch in which no condition changed its status. */
function isHeartbeat(body: unknown): boolean {
  const conditions = (body as { status?: { conditions?: readonly object[] } } | null)?.status?.conditions
  return conditions?.every((condition) => !('lastTransitionTime' in condition)) === true
}

function recordedLevel(event: TraceEvent): Level {
  switch (event.type) {
    case 'phase':
    case 'raft-entry':
    case 'raft-state':
    case 'note':
      return 'detail'
    default:
      return 'story'
  }
}
