// A large cluster as a page is sent it: a few bytes a node for what is painted, and the tables only of the control plane
// and of the nodes that somebody looks at. What a frame costs follows from what happened, not from the cluster's size.
import type { FleetFocus, FleetPatch } from '../projections/fleet-patch.ts'
import type { Picture } from '../projections/picture.ts'
import { POD_LOOKS, podLook } from '../projections/pod-look.ts'
import type { PodView } from '../projections/stage-view.ts'
import type { Table } from '../projections/tables.ts'
import type { StagePatch, TablePatch } from '../worker/protocol.ts'

/** Pods without a node that are sent: the shelf has no room for more. */
const WAITING_SHOWN = 60

const READY = ['True', 'False', 'Unknown'] as const

type Name = keyof Picture
type Shown = Map<string, unknown>

/** Tables that go over as they are, whatever the size of the cluster. */
const WHOLE = ['members', 'workloads', 'proposals', 'faults', 'counters'] as const
/** Tables in which an entry belongs to a host, or to none of the fleet. */
const BY_HOST = ['hosts', 'nodes', 'processes', 'watches', 'requests'] as const

const hostOf = (client: string): string => client.slice(0, Math.max(0, client.indexOf('/')))

const hostsOf: {
  readonly [Table in (typeof BY_HOST)[number]]: (key: string) => string
} = {
  hosts: (name) => name,
  nodes: (name) => name,
  processes: hostOf,
  watches: hostOf,
  requests: hostOf,
}

export class FleetScreen {
  private readonly names: readonly string[]
  private readonly places: ReadonlyMap<string, number>
  private readonly readyOn: Uint16Array
  private readonly states: Uint8Array
  private readonly sent = new Map<string, Shown>()
  private shown: Picture | undefined
  private focus: FleetFocus = { nodes: [], pods: [] }
  private focused: ReadonlySet<string> = new Set()
  private isFocusNew = true
  private ready = 0
  private watches = 0

  constructor(picture: Picture) {
    this.names = picture.processes.values().flatMap(({ kind, host }) => (kind === 'kubelet' ? [host] : []))
    this.places = new Map(this.names.map((name, place) => [name, place]))
    this.readyOn = new Uint16Array(this.names.length)
    this.states = new Uint8Array(this.names.length)
  }

  /** Whose details to send. */
  look(focus: FleetFocus): void {
    this.focus = focus
    this.isFocusNew = true
  }

  frame(picture: Picture): { readonly stage: StagePatch; readonly fleet: FleetPatch | null } {
    const before = this.shown
    if (before === picture && !this.isFocusNew) return { stage: {}, fleet: null }
    const stage = this.tables(picture, before)
    const fleet = before === picture ? null : this.fleet(picture, before)
    this.shown = picture
    this.isFocusNew = false
    return { stage, fleet }
  }

  // ── what is painted ───────────────────────────────────────────────────────────────────────────────────────────

  private fleet(picture: Picture, before: Picture | undefined): FleetPatch {
    const changed = this.changedPlaces(picture, before)
    const states = new Uint8Array(changed.length)
    const counts = new Uint16Array(changed.length)
    const looks: number[] = []
    changed.forEach((place, at) => {
      const name = this.names[place] ?? ''
      const up = picture.hosts.get(name)?.up ?? true
      const node = picture.nodes.get(name)
      const uids = picture.berths.get(name) ?? []
      let ready = 0
      for (const uid of uids) {
        const pod = picture.pods.get(uid)
        const look = pod === undefined ? 'going' : podLook(pod, up)
        if (pod?.ready === true) ready++
        looks.push(POD_LOOKS.indexOf(look))
      }
      this.ready += ready - (this.readyOn[place] ?? 0)
      this.readyOn[place] = ready
      const state =
        (up ? 1 : 0) |
        ((node === undefined ? 0 : 1 + READY.indexOf(node.ready)) << 1) |
        (node?.unschedulable === true ? 8 : 0)
      this.states[place] = state
      states[at] = state
      counts[at] = uids.length
    })
    this.countWatches(picture, before)
    return {
      ...(before === undefined ? { names: this.names } : {}),
      places: Uint16Array.from(changed),
      states,
      counts,
      looks: Uint8Array.from(looks),
      pods: picture.pods.size,
      ready: this.ready,
      watches: this.watches,
    }
  }

  private changedPlaces(picture: Picture, before: Picture | undefined): readonly number[] {
    if (before === undefined) return this.names.map((_name, place) => place)
    const changed = new Set<number>()
    const add = (name: string | null | undefined): void => {
      const place = name == null ? undefined : this.places.get(name)
      if (place !== undefined) changed.add(place)
    }
    for (const name of ['hosts', 'nodes', 'berths'] as const) {
      const { set, gone } = changesOf(picture, before, name)
      for (const [key] of set) add(key)
      for (const key of gone) add(key)
    }
    const { set, gone } = picture.pods.changesSince(before.pods)
    for (const [, pod] of set) add(pod.node)
    for (const uid of gone) add(before.pods.get(uid)?.node)
    return [...changed]
  }

  private countWatches({ watches }: Picture, before: Picture | undefined): void {
    const { set, gone } = watches.changesSince(before?.watches)
    for (const [key] of set)
      if (this.places.has(hostOf(key)) && before?.watches.has(key) !== true) this.watches++
    for (const key of gone) if (this.places.has(hostOf(key))) this.watches--
  }

  // ── what is looked at ─────────────────────────────────────────────────────────────────────────────────────────

  private tables(picture: Picture, before: Picture | undefined): StagePatch {
    if (this.isFocusNew) this.focused = this.nodesInFocus(picture)
    const patch: Record<string, TablePatch<unknown>> = {}
    const add = (name: Name, { set, gone }: TablePatch<unknown>): void => {
      if (gone.length > 0 || Object.keys(set).length > 0) patch[name] = { set, gone }
    }
    for (const name of WHOLE) {
      const { set, gone } = changesOf(picture, before, name)
      add(name, { set: Object.fromEntries(set), gone })
    }
    for (const name of BY_HOST) add(name, this.byHost(name, picture, before))
    const uids = new Set([...picture.waiting.first(WAITING_SHOWN), ...this.focus.pods])
    const berths: Shown = new Map()
    for (const node of this.focused) {
      const berth = picture.berths.get(node)
      if (berth === undefined) continue
      berths.set(node, berth)
      for (const uid of berth) uids.add(uid)
    }
    add('berths', this.differences('berths', berths))
    const pods: Shown = new Map()
    for (const uid of uids) {
      const pod: PodView | undefined = picture.pods.get(uid)
      if (pod !== undefined) pods.set(uid, pod)
    }
    add('pods', this.differences('pods', pods))
    return patch as StagePatch
  }

  private nodesInFocus(picture: Picture): ReadonlySet<string> {
    const ofPods = this.focus.pods.flatMap((uid) => picture.pods.get(uid)?.node ?? [])
    return new Set([...this.focus.nodes, ...ofPods].filter((name) => this.places.has(name)))
  }

  private byHost(
    name: (typeof BY_HOST)[number],
    picture: Picture,
    before: Picture | undefined,
  ): TablePatch<unknown> {
    const isShown = (key: string): boolean => {
      const host = hostsOf[name](key)
      return !this.places.has(host) || this.focused.has(host)
    }
    if (this.isFocusNew) {
      const table: Table<unknown> = picture[name]
      return this.differences(name, new Map(table.entries().filter(([key]) => isShown(key))))
    }
    const { set, gone } = changesOf(picture, before, name)
    const sent = this.sentOf(name)
    const patch = { set: Object.fromEntries(set.filter(([key]) => isShown(key))), gone: gone.filter(isShown) }
    for (const key of patch.gone) sent.delete(key)
    for (const [key, value] of Object.entries(patch.set)) sent.set(key, value)
    return patch
  }

  /** What makes of the entries that the page has those that it is to have. */
  private differences(name: Name, wanted: Shown): TablePatch<unknown> {
    const sent = this.sentOf(name)
    const set: Record<string, unknown> = {}
    for (const [key, value] of wanted) if (sent.get(key) !== value) set[key] = value
    const gone = [...sent.keys()].filter((key) => !wanted.has(key))
    this.sent.set(name, wanted)
    return { set, gone }
  }

  private sentOf(name: Name): Shown {
    const known = this.sent.get(name)
    if (known !== undefined) return known
    const fresh: Shown = new Map()
    this.sent.set(name, fresh)
    return fresh
  }
}

function changesOf(
  picture: Picture,
  before: Picture | undefined,
  name: Name,
): ReturnType<Table<unknown>['changesSince']> {
  const now: Table<unknown> = picture[name]
  const old: Table<unknown> | undefined = before?.[name]
  return now.changesSince(old)
}
