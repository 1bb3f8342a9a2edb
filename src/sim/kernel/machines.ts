// What levers do to hosts, processes and links. A crashed process's host resets its connections at once; a host without
// power cannot, so its peers find out by health checks, 45 s later, as client-go's HTTP/2 transport does (30 s + 15 s).
import { assert, unreachable } from './assert.ts'
import { cutConnections, forgetPeer, peersOf } from './dead-connections.ts'
import type { Lever, MachineRoom, Selection } from './machine-room.ts'
import { seconds } from './micros.ts'
import type { HostName, ProcessId } from './process.ts'
import type { Slot } from './slot.ts'
import { impairmentOf } from './slot.ts'

/** ReadIdleTimeout 30 s + PingTimeout 15 s in k8s.io/apimachinery/pkg/util/net/http.go. */
const DEAD_CONNECTION_MICROS = seconds(45)

/** The impairment that the kernel itself heeds: how many microseconds a process takes for each delivery. */
export const SLOW = 'slow'

export function pullLever(room: MachineRoom, lever: Lever, cause: number): void {
  switch (lever.lever) {
    case 'crash':
      return crash(room, lever, cause)
    case 'start':
      return start(room, lever.process, cause)
    case 'freeze':
      return freeze(room, lever.process, cause)
    case 'thaw':
      return thaw(room, lever.process, cause)
    case 'power-off':
      return powerOff(room, lever.host, cause)
    case 'power-on':
      return powerOn(room, lever.host, cause)
    case 'lose-disk':
      room.change(lever.process).disk = undefined
      return
    case 'impair':
      return impair(room, lever)
    case 'mend':
      return mend(room, lever.process, lever.id)
    case 'signal':
      if (room.slotOf(lever.process).up) room.signal(lever.process, lever.message, cause)
      return
    case 'cut':
      return cut(room, lever, cause)
    case 'drop':
      room.dropInFlight(lever.message, cause)
      return
    case 'block':
      room.network.pull(room.networkState, lever)
      giveUpLater(room, { block: lever.id }, cause)
      return
    case 'delay':
    case 'lose':
    case 'duplicate':
    case 'reorder':
    case 'swallow':
      room.network.pull(room.networkState, lever)
      return
    case 'unlink':
      room.network.pull(room.networkState, lever)
      room.retransmit()
      return
    case 'give-up-dead-connections':
      return giveUpDeadConnections(room, lever.because, cause)
    default:
      unreachable(lever)
  }
}

function crash(room: MachineRoom, lever: Lever & { lever: 'crash' }, cause: number): void {
  const slot = room.change(lever.process)
  if (!slot.up) return
  stop(room, slot, lever.reason, cause)
  resetPeers(room, slot, cause)
  if (lever.restartAfterMicros !== undefined) {
    room.schedule([{ lever: 'start', process: slot.id }], lever.restartAfterMicros, cause)
  }
}

/** What the process's successor sends must not overtake the resets, so their arrival is kept. */
function resetPeers(room: MachineRoom, slot: Slot, cause: number): void {
  const peers = peersOf(room, slot)
  for (const peer of peers) forgetPeer(room, slot, peer)
  const upTo = room.seq
  for (const peer of peers) room.reset(peer, slot.id, cause, { upTo, locally: false })
}

function stop(room: MachineRoom, slot: Slot, reason: string, cause: number): void {
  slot.disk = diskOf(slot.state)
  slot.state = undefined
  slot.up = false
  slot.frozen = false
  slot.held = []
  slot.busyUntil = 0
  cutConnections(room, slot)
  room.record({ type: 'process', step: 'down', target: slot.id, reason }, cause)
}

const diskOf = (state: unknown): unknown =>
  typeof state === 'object' && state !== null && 'disk' in state ? state.disk : undefined

function start(room: MachineRoom, process: ProcessId, cause: number): void {
  const slot = room.change(process)
  if (slot.up || !room.hostNamed(slot.host).up || isKeptDown(room, process)) return
  const event = room.record({ type: 'process', step: 'up', target: process, reason: 'started' }, cause)
  // The resets have arrived, but where it starts at once.
  for (const peer of peersOf(room, slot))
    if (room.connections.lastArrival(slot.place, room.slotOf(peer).place) <= room.now)
      forgetPeer(room, slot, peer)
  room.initialize(slot, false, event)
}

/** A supervisor and a boot leave alone what a fault keeps down. */
const isKeptDown = (room: MachineRoom, process: ProcessId): boolean =>
  room.isHeld({ lever: 'start', process })

function freeze(room: MachineRoom, process: ProcessId, cause: number): void {
  const slot = room.change(process)
  if (!slot.up || slot.frozen) return
  slot.frozen = true
  slot.frozenSince = room.record(
    { type: 'process', step: 'frozen', target: process, reason: 'frozen' },
    cause,
  )
  giveUpLater(room, { frozen: process, since: slot.frozenSince }, cause)
}

function thaw(room: MachineRoom, process: ProcessId, cause: number): void {
  const slot = room.change(process)
  if (!slot.frozen) return
  slot.frozen = false
  room.record({ type: 'process', step: 'thawed', target: process, reason: 'thawed' }, cause)
  releaseHeld(room, slot)
}

function releaseHeld(room: MachineRoom, slot: Slot): void {
  for (const delivery of slot.held) room.redeliver(delivery)
  slot.held = []
}

function impair(room: MachineRoom, { process, id, name, value }: Lever & { lever: 'impair' }): void {
  const slot = room.change(process)
  slot.impairments = Object.freeze([...slot.impairments, Object.freeze({ id, name, value })])
}

function mend(room: MachineRoom, process: ProcessId, id: string): void {
  const slot = room.change(process)
  slot.impairments = Object.freeze(slot.impairments.filter((impairment) => impairment.id !== id))
  // What a slow process had not come to is handled at its new speed.
  if (impairmentOf(slot, SLOW) !== undefined) return
  slot.busyUntil = 0
  if (!slot.frozen) releaseHeld(room, slot)
}

function cut(room: MachineRoom, { from, to }: Lever & { lever: 'cut' }, cause: number): void {
  const joins = (one: HostName, other: HostName): boolean =>
    selects({ from, to }, one, other) || selects({ from, to }, other, one)
  room.loseOnTheWay(joins, cause)
  giveUpWhere(room, joins, cause)
}

/** Whether a message from one host to the other is meant. A host's connections to itself never are. */
export const selects = (selection: Selection, from: HostName, to: HostName): boolean =>
  from !== to && names(selection.from, from) && names(selection.to, to)

const names = (group: readonly string[], host: HostName): boolean =>
  group.includes('*') || group.includes(host)

function powerOff(room: MachineRoom, host: HostName, cause: number): void {
  if (!room.hostNamed(host).up) return
  room.setHostUp(host, false)
  const event = room.record({ type: 'host', step: 'down', target: host }, cause)
  for (const { id } of room.slots().filter((candidate) => candidate.host === host)) {
    const slot = room.change(id)
    if (slot.up) stop(room, slot, 'power lost', event)
  }
  giveUpLater(room, { host, since: room.hostNamed(host).since }, event)
}

function powerOn(room: MachineRoom, host: HostName, cause: number): void {
  if (room.hostNamed(host).up) return
  room.setHostUp(host, true)
  const event = room.record({ type: 'host', step: 'up', target: host }, cause)
  for (const { id } of room.slots().filter((candidate) => candidate.host === host)) {
    const slot = room.change(id)
    assert(!slot.up, `${id} ran on a host without power`)
    // Peers that still believe in a connection from before learn otherwise from the first packet they send.
    cutConnections(room, slot)
    if (isKeptDown(room, id)) {
      resetPeers(room, slot, event)
      continue
    }
    const up = room.record({ type: 'process', step: 'up', target: id, reason: 'host booted' }, event)
    resetPeers(room, slot, up)
    room.initialize(slot, true, up)
  }
}

type DeathCause = (Lever & { lever: 'give-up-dead-connections' })['because']

function giveUpLater(room: MachineRoom, because: DeathCause, cause: number): void {
  room.schedule([{ lever: 'give-up-dead-connections', because }], DEAD_CONNECTION_MICROS, cause)
}

/** Who tries again meanwhile gets no further: it goes on until the cause is gone. */
function giveUpDeadConnections(room: MachineRoom, because: DeathCause, cause: number): void {
  const { network, networkState } = room
  if ('host' in because) {
    const host = room.hostNamed(because.host)
    if (host.up || host.since !== because.since) return
    giveUpWhere(room, (one, other) => one === host.name || other === host.name, cause)
    giveUpLater(room, because, cause)
    return
  }
  if ('frozen' in because) {
    const server = room.slotOf(because.frozen)
    if (!server.frozen || server.frozenSince !== because.since) return
    giveUpServer(room, server, cause)
    giveUpLater(room, because, cause)
    return
  }
  const { block } = because
  if (!room.isHeld({ lever: 'unlink', id: block })) return
  const isDead = (one: HostName, other: HostName): boolean =>
    network.blocked(networkState, one, other, block) || network.blocked(networkState, other, one, block)
  giveUpWhere(room, isDead, cause)
  giveUpLater(room, because, cause)
}

function giveUpWhere(
  room: MachineRoom,
  isDead: (one: HostName, other: HostName) => boolean,
  cause: number,
): void {
  const upTo = room.seq
  for (const slot of room.slots()) {
    const { id, up, host } = slot
    if (!up) continue
    for (const peer of peersOf(room, slot)) {
      const other = room.slotOf(peer).host
      if (host === other || !isDead(host, other)) continue
      forgetPeer(room, slot, peer)
      room.reset(id, peer, cause, { upTo, locally: true })
    }
  }
  room.forgetStranded(isDead)
}

/** Its host still acknowledges what comes, but it answers no pings. It will find the connections closed when it thaws. */
function giveUpServer(room: MachineRoom, server: Slot, cause: number): void {
  const upTo = room.seq
  for (const slot of room.slots()) {
    const { id, kind, up, frozen } = slot
    if (!up || frozen || !room.connections.has(slot.place, server.place)) continue
    if (room.definition(kind).pings?.includes(server.kind) !== true) continue
    forgetPeer(room, slot, server.id)
    room.change(id).unaware.set(server.id, -upTo)
    room.reset(id, server.id, cause, { upTo, locally: true })
    room.reset(server.id, id, cause, { upTo, locally: true })
  }
}

/**
 * Whether what one host sends reaches the other: both have power, and the link carries this way. Acknowledgements that do not
 * come back keep nothing from arriving.
 */
export function carries(room: MachineRoom, from: HostName, to: HostName | undefined): boolean {
  if (to === undefined || from === to) return true
  const { network, networkState } = room
  return room.hostNamed(from).up && room.hostNamed(to).up && !network.blocked(networkState, from, to)
}

/** Whether two levers do the same to the same thing. */
export const sameLever = (one: Lever, other: Lever): boolean =>
  one.lever === other.lever && targetOf(one) === targetOf(other)

function targetOf(lever: Lever): string | number {
  if ('id' in lever) return lever.id
  if ('process' in lever) return lever.process
  if ('host' in lever) return lever.host
  return 'message' in lever ? lever.message : ''
}

/** How long a fault lasts that nobody has to heal: until the last supervisor it set off is done. Null: until healed. */
export function ownLength(levers: readonly Lever[], heal: readonly Lever[]): number | null {
  if (heal.length > 0) return null
  return Math.max(
    0,
    ...levers.map((lever) => (lever.lever === 'crash' ? (lever.restartAfterMicros ?? 0) : 0)),
  )
}
