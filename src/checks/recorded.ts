// What etcd holds, as its members tell it: every member tells of each change when it comes to it, and the first to do so
// makes it known. Checks of the recorded cluster look here instead of each keeping a picture of its own.
import type { KubeObject } from '../sim/api/objects.ts'
import type { RecordedEvent } from '../sim/kernel/trace.ts'

export type StorageEvent = RecordedEvent & { readonly type: 'storage' }

/** An object as it is stored: without `resourceVersion`, which is `revision`. */
export interface Stored {
  readonly key: string
  readonly resource: string
  readonly object: KubeObject
  /** That of its last change. */
  readonly revision: number
}

export interface Change {
  readonly event: StorageEvent
  readonly revision: number
  readonly key: string
  readonly resource: string
  /** Null: it was deleted. */
  readonly object: KubeObject | null
  /** What was known under this key before. */
  readonly previous: Stored | undefined
}

const PREFIX = '/registry/'
const NONE: ReadonlyMap<string, Stored> = new Map()

/** `/registry/pods/default/web` is of `pods`. Nodes are kept as minions, Services beside their old Endpoints. */
function resourceOf(key: string): string {
  if (!key.startsWith(PREFIX)) return ''
  const word = wordAt(key, PREFIX.length)
  if (word === 'minions') return 'nodes'
  if (word === 'services') return key.startsWith('specs/', PREFIX.length + 9) ? 'services' : 'endpoints'
  // Kinds of added groups have the group in front.
  return word.includes('.') ? wordAt(key, PREFIX.length + word.length + 1) : word
}

function wordAt(key: string, start: number): string {
  const end = key.indexOf('/', start)
  return end < 0 ? key.slice(start) : key.slice(start, end)
}

/** The apiserver keeps a few things of its own beside the objects: allocators, leases of its own, a mark of compaction. */
const isApiObject = (value: unknown): boolean =>
  (value as Partial<KubeObject> | undefined)?.metadata?.uid !== undefined

export class Recorded {
  /** The newest that any member has told of. */
  revision = 0
  private teller = ''
  /** The keys of the newest revision that were told. */
  private readonly told = new Set<string>()
  private readonly byKey = new Map<string, Stored>()
  private readonly byResource = new Map<string, Map<string, Stored>>()

  /** Undefined where another member has told of it before, and for what is not an object of the API. */
  take(event: StorageEvent): Change | undefined {
    const { revision, key } = event
    if (revision < this.revision) return undefined
    // One transaction may change several keys: all of that revision are the first teller's, who may tell them again if
    // it has to begin anew.
    if (revision === this.revision && (event.process !== this.teller || this.told.has(key))) return undefined
    if (revision > this.revision) this.told.clear()
    this.told.add(key)
    this.revision = revision
    this.teller = event.process
    const previous = this.byKey.get(key)
    const resource = previous?.resource ?? resourceOf(key)
    const object = event.op === 'put' ? (event.object as KubeObject) : null
    if (object === null) {
      this.byKey.delete(key)
      this.byResource.get(resource)?.delete(key)
    } else this.keep({ key, resource, object, revision })
    if (!isApiObject(object ?? previous?.object)) return undefined
    return { event, revision, key, resource, object, previous }
  }

  private keep(stored: Stored): void {
    const { key, resource } = stored
    this.byKey.set(key, stored)
    const same = this.byResource.get(resource)
    if (same === undefined) this.byResource.set(resource, new Map([[key, stored]]))
    else same.set(key, stored)
  }

  get(key: string): Stored | undefined {
    return this.byKey.get(key)
  }

  all(): Iterable<Stored> {
    return this.byKey.values()
  }

  /** By key. */
  of(resource: string): ReadonlyMap<string, Stored> {
    return this.byResource.get(resource) ?? NONE
  }
}
