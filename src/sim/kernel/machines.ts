// What levers do to hosts, processes and links. A crashed process's host resets its connections at once; a host without
// power cannot, so its peers find out by health checks, 45 s later, as client-go's HTTP/2 transport does (30 s + 15 s).
import { assert, unreachable } from './assert.ts'
import type { Lever, MachineRoom } from './machine-room.ts'
import { seconds } from './micros.ts'
import type { HostName, ProcessId } from './process.ts'
import type { Slot } from './slot.ts'

/** ReadIdleTimeout 30 s + PingTimeout 15 s in k8s.io/apimachinery/pkg/util/net/http.go. */
const DEAD_CONNECTION_MICROS = seconds(45)

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
    case 'drop':
      room.dropInFlight(lever.message, cause)
      return
    case 'block':
      room.network.pull(room.networkState, lever)
      giveUpLater(room, cause)
      return
    case 'delay':
      room.network.pull(room.networkState, lever)
      return
    case 'unlink':
      room.network.pull(room.networkState, lever)
      room.retransmit()
      return
    case 'give-up-dead-connections':
      return giveUpDeadConnections(room, cause)
    default:
      unreachable(lever)
  }
}

function crash(room: MachineRoom, lever: Lever & { lever: 'crash' }, cause: number): void {
  const slot = room.change(lever.process)
  if (!slot.up) return
  stop(room, slot, lever.reason, cause)
  for (const peer of slot.peers.keys()) room.reset(peer as ProcessId, slot.id, cause, false)
  slot.peers.clear()
  if (lever.restartAfterMicros !== undefined) {
    room.schedule([{ lever: 'start', process: slot.id }], lever.restartAfterMicros, cause)
  }
}

function stop(room: MachineRoom, slot: Slot, reason: string, cause: number): void {
  slot.disk = diskOf(slot.state)
  slot.state = undefined
  slot.up = false
  slot.frozen = false
  slot.held = []
  room.record({ type: 'process', step: 'down', target: slot.id, reason }, cause)
}

const diskOf = (state: unknown): unknown =>
  typeof state === 'object' && state !== null && 'disk' in state ? state.disk : undefined

function start(room: MachineRoom, process: ProcessId, cause: number): void {
  const slot = room.change(process)
  if (slot.up || !room.hostNamed(slot.host).up) return
  const event = room.record({ type: 'process', step: 'up', target: process, reason: 'started' }, cause)
  room.initialize(slot, false, event)
}

function freeze(room: MachineRoom, process: ProcessId, cause: number): void {
  const slot = room.change(process)
  if (!slot.up || slot.frozen) return
  slot.frozen = true
  room.record({ type: 'process', step: 'frozen', target: process, reason: 'frozen' }, cause)
}

function thaw(room: MachineRoom, process: ProcessId, cause: number): void {
  const slot = room.change(process)
  if (!slot.frozen) return
  slot.frozen = false
  room.record({ type: 'process', step: 'thawed', target: process, reason: 'thawed' }, cause)
  for (const delivery of slot.held) room.redeliver(delivery)
  slot.held = []
}

function powerOff(room: MachineRoom, host: HostName, cause: number): void {
  if (!room.hostNamed(host).up) return
  room.setHostUp(host, false)
  const event = room.record({ type: 'host', step: 'down', target: host }, cause)
  for (const { id } of room.slots().filter((candidate) => candidate.host === host)) {
    const slot = room.change(id)
    if (slot.up) stop(room, slot, 'power lost', event)
  }
  giveUpLater(room, event)
}

function powerOn(room: MachineRoom, host: HostName, cause: number): void {
  if (room.hostNamed(host).up) return
  room.setHostUp(host, true)
  const event = room.record({ type: 'host', step: 'up', target: host }, cause)
  for (const { id } of room.slots().filter((candidate) => candidate.host === host)) {
    const slot = room.change(id)
    assert(!slot.up, `${id} ran on a host without power`)
    const up = room.record({ type: 'process', step: 'up', target: id, reason: 'host booted' }, event)
    // Peers that still believe in a connection from before learn otherwise from the first packet they send.
    for (const peer of slot.peers.keys()) room.reset(peer as ProcessId, slot.id, up, false)
    slot.peers.clear()
    room.initialize(slot, true, up)
  }
}

function giveUpLater(room: MachineRoom, cause: number): void {
  room.schedule([{ lever: 'give-up-dead-connections' }], DEAD_CONNECTION_MICROS, cause)
}

function giveUpDeadConnections(room: MachineRoom, cause: number): void {
  const hosts = new Map(room.slots().map((slot) => [slot.id, slot.host]))
  for (const slot of room.slots()) {
    if (!slot.up) continue
    const dead = [...slot.peers.keys()].filter(
      (peer) => !carries(room, slot.host, hosts.get(peer as ProcessId)),
    )
    for (const peer of dead) {
      room.change(slot.id).peers.delete(peer)
      room.reset(slot.id, peer as ProcessId, cause, true)
    }
  }
  room.forgetStranded()
}

/** Whether a connection between two hosts is alive: both have power and the link carries both ways. */
export function carries(room: MachineRoom, from: HostName, to: HostName | undefined): boolean {
  if (to === undefined || from === to) return true
  const { network, networkState } = room
  return (
    room.hostNamed(from).up &&
    room.hostNamed(to).up &&
    !network.blocked(networkState, from, to) &&
    !network.blocked(networkState, to, from)
  )
}
