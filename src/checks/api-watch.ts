// What the API promises of a watch: resourceVersions only grow, only what was stored is told, and a watch on everything
// of a kind leaves nothing out; a bookmark says so truly.
import type { CancelMessage, RequestMessage, WatchEndMessage, WatchMessage } from '../sim/api/messages.ts'
import type { ObjectMeta } from '../sim/api/objects.ts'
import type { Delivery } from '../sim/kernel/delivery.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import { ChangeLogs } from './change-logs.ts'
import type { Check, Complaints } from './check.ts'
import { fine } from './check.ts'
import { OpenStreams } from './open-streams.ts'
import type { Change, Recorded } from './recorded.ts'

interface Stream {
  readonly request: number
  readonly client: string
  readonly server: string
  readonly opensAt: number
  readonly path: string
  /** Null: it selects, so that what it leaves out tells nothing. */
  readonly prefix: string | null
  /** What is not newer than this comes first, in any order. */
  readonly initial: number
  /** Everything up to here has been told; -1: not known yet. */
  last: number
  lastUid: string
}

class Watches {
  readonly sees = ['request', 'watch', 'watch-end', 'cancel', 'lost', 'process']
  private readonly streams = new OpenStreams<Stream>()
  private readonly logs = new ChangeLogs()
  private readonly recorded: Recorded

  constructor(recorded: Recorded) {
    this.recorded = recorded
  }

  changed({ key, revision }: Change): Complaints {
    this.logs.add(key, revision)
    return fine
  }

  see(event: TraceEvent): Complaints {
    if (isMessage(event)) return this.message(event)
    this.streams.see(event)
    return fine
  }

  private message(event: Delivery): Complaints {
    const { from, to } = event
    switch (event.type) {
      case 'request':
        this.open(event, event.message as RequestMessage)
        return fine
      case 'watch':
        return this.tell(event, event.message as WatchMessage)
      case 'watch-end':
        this.streams.close(to, from, (event.message as WatchEndMessage).id)
        return fine
      default:
        this.streams.close(from, to, (event.message as CancelMessage).id)
        return fine
    }
  }

  private open({ seq, from, to, deliveredAt }: Delivery, { id, request }: RequestMessage): void {
    const { method, path, query } = request
    if (method !== 'GET' || (query.watch !== 'true' && query.watch !== '1')) return
    const version = query.resourceVersion ?? ''
    const fromNow = version === '' || version === '0'
    const prefix =
      query.labelSelector === undefined && query.fieldSelector === undefined ? prefixOf(path) : null
    if (prefix !== null) this.logs.follow(prefix, this.recorded.revision)
    this.streams.open(id, {
      request: seq,
      client: from,
      server: to,
      opensAt: deliveredAt,
      path,
      prefix,
      initial: fromNow ? this.recorded.revision : 0,
      last: fromNow ? -1 : Number(version),
      lastUid: '',
    })
  }

  private tell({ from, to, at }: Delivery, { id, event }: WatchMessage): Complaints {
    const stream = this.streams.get(to, from, id)
    if (stream === undefined || at < stream.opensAt || event.type === 'ERROR') return fine
    const metadata = (event.object as { readonly metadata?: Partial<ObjectMeta> }).metadata
    const version = Number(metadata?.resourceVersion)
    if (!Number.isInteger(version)) return fine
    const { last, lastUid, path, prefix, initial, client } = stream
    if (last < 0 && version <= initial && event.type !== 'BOOKMARK') return fine
    stream.last = Math.max(version, last)
    stream.lastUid = metadata?.uid ?? ''
    const isMark = event.type === 'BOOKMARK'
    const isLater = version > last || (version === last && (isMark || stream.lastUid !== lastUid))
    if (!isLater) return [`${client} is told of version ${version} on ${path} after version ${last}`]
    if (version > this.recorded.revision)
      return [`${client} is told of version ${version} on ${path}, at which nothing was stored`]
    return prefix === null || last < 0 ? fine : this.gap(stream, prefix, last, isMark ? version : version - 1)
  }

  private gap({ client, path }: Stream, prefix: string, after: number, upTo: number): Complaints {
    const [missed] = this.logs.between(prefix, after, upTo) ?? []
    return missed === undefined
      ? fine
      : [`${client} is not told of ${missed.key} at version ${missed.revision} on ${path}`]
  }
}

/** Where etcd keeps everything of a path without namespace and name; null for other paths. */
function prefixOf(path: string): string | null {
  const parts = path.split('/').filter((part) => part !== '')
  const rest = parts.slice(parts[0] === 'api' ? 2 : 3)
  const [resource] = rest
  if (resource === undefined || rest.length > 1) return null
  if (resource === 'nodes') return '/registry/minions/'
  return resource === 'services' ? '/registry/services/specs/' : `/registry/${resource}/`
}

export const apiWatch: Check = {
  name: 'api-watch',
  title: { en: 'API watches tell everything in order', 'zh-CN': 'API watch 有序且不遗漏' },
  explains: {
    en: 'On a watch, resourceVersions only grow, only what was stored is told, and nothing is left out; a bookmark may be resumed from. Controllers act on nothing else.',
    'zh-CN':
      'watch 上的 resourceVersion 只增不减，只告知确已存储的变更，且不遗漏；可从书签处恢复。控制器只依据这些事件行动。',
  },
  start: (recorded) => new Watches(recorded),
}
