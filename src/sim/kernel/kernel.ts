// The kernel: one queue, one clock, all randomness, and every process's state. Nothing happens except by a delivery.
// Checkpoints are lazy: they share each process's state with the running kernel, which copies a state only before it
// changes it (`slot.ts`). What levers do is in `machines.ts`.
import { assert } from './assert.ts'
import type { Checkpoint } from './checkpoint.ts'
import { DeliveryContext } from './context.ts'
import { isOfDeadConnection, isTold, noteTold } from './dead-connections.ts'
import type { EventQueue } from './event-queue.ts'
import { dequeue, enqueue, removeFromQueue } from './event-queue.ts'
import type { ActiveFault, Host, Lever, MachineRoom, Network } from './machine-room.ts'
import { carries, ownLength, pullLever, SLOW, sameLever } from './machines.ts'
import type { Micros } from './micros.ts'
import { clonePlain, deepFreeze, hashInteger, PlainHasher } from './plain-data.ts'
import type { Delivery, HostName, Message, ProcessDefinition, ProcessId } from './process.ts'
import { processId } from './process.ts'
import { advanceStream, streamValue } from './random.ts'
import { SimulationFailure } from './simulation-failure.ts'
import type { Slot } from './slot.ts'
import { createSlot, impairmentOf, takeOver } from './slot.ts'
import type { KernelEvent, LocalEvent, RecordedEvent, TraceEvent } from './trace.ts'

/** The sender of levers, and of what the kernel itself has to say. */
const KERNEL: ProcessId = processId('kernel')

/** What the digest takes in place of a message that repeats others. */
const ECHO: object = Object.freeze([])

/** More pending deliveries than this is a message loop, not a load. */
const QUEUE_LIMIT = 20_000_000

/** What the kernel sends to itself. */
type Order =
  | { readonly type: 'heal'; readonly id: string }
  | { readonly type: 'levers'; readonly levers: readonly Lever[] }
  /** A slow process is done with a delivery. */
  | { readonly type: 'next'; readonly process: ProcessId; readonly at: Micros }

export interface KernelOptions {
  readonly definitions: Readonly<Record<string, ProcessDefinition>>
  readonly network: Network
  readonly seed: number
  /** Called with each event as it is recorded, and the digest of everything up to it. */
  readonly onEvent?: (event: TraceEvent, digest: number) => void
  /** What processes record about themselves that `onEvent` is to be spared. It changes nothing else. */
  readonly unread?: ReadonlySet<LocalEvent['type']>
}

export class Kernel implements MachineRoom {
  now = 0 as Micros
  /** The last number given to an event of the trace. */
  seq = 0
  /** Deliveries handled so far: the position that commands and checkpoints refer to. */
  delivered = 0
  /**
   * A running hash of everything sent, and of what the user and faults did. Equal digests mean equal histories. Messages
   * that repeat others (`ProcessDefinition.echoes`) count without what they carry, and what processes record about
   * themselves by its `seq` alone, so that a digest does not depend on whether anybody reads that.
   */
  digest = 0
  readonly seed: number
  readonly network: Network
  networkState: unknown
  faults: readonly ActiveFault[] = []
  private hostList: readonly Host[] = []
  /** What a partition holds up; it is sent again when the link heals, as TCP would. */
  private stranded: readonly Delivery[] = []
  private nextFault = 1
  private queue: EventQueue = []
  private readonly slotList: Slot[] = []
  private readonly slotIndex = new Map<ProcessId, number>()
  private readonly definitions: Readonly<Record<string, ProcessDefinition>>
  private readonly echoes: ReadonlySet<string>
  private readonly onEvent: (event: TraceEvent, digest: number) => void
  private readonly unread: ReadonlySet<LocalEvent['type']>
  private readonly context: DeliveryContext
  private readonly hasher = new PlainHasher()

  constructor(options: KernelOptions) {
    this.definitions = options.definitions
    this.echoes = new Set(Object.values(options.definitions).flatMap(({ echoes = [] }) => echoes))
    this.network = options.network
    this.networkState = options.network.init()
    this.seed = options.seed
    this.onEvent = options.onEvent ?? (() => {})
    this.unread = options.unread ?? new Set()
    this.context = new DeliveryContext({
      send: (from, to, message, cause) => this.transmit(from, to, message, cause),
      timer: (self, after, message, cause) => this.timer(self, after, message, cause),
      random: (slot) => draw(slot),
      record: (self, event, cause) => this.recordLocal(self, event, cause),
      reads: (type) => !this.unread.has(type),
      skip: (count) => {
        this.seq += count
        return this.seq
      },
      exit: (process, reason, restartAfterMicros, cause) =>
        this.schedule([{ lever: 'crash', process, reason, restartAfterMicros }], 0, cause),
    })
  }

  // ── time ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** When the next delivery is due; undefined when nothing is left to happen. */
  nextAt(): Micros | undefined {
    return this.queue[0]?.deliveredAt
  }

  /** Handles the next delivery. Undefined when nothing is left to happen. Throws `SimulationFailure` on a bug. */
  step(): Delivery | undefined {
    const delivery = dequeue(this.queue)
    if (delivery === undefined) return undefined
    assert(delivery.deliveredAt >= this.now, 'time goes forward')
    this.now = delivery.deliveredAt
    this.delivered++
    try {
      if (delivery.to === KERNEL) this.obey(delivery)
      else this.deliver(delivery)
    } catch (error) {
      throw new SimulationFailure(this.seed, delivery.seq, delivery.to, error)
    }
    return delivery
  }

  /** Handles everything up to and including `until`, and lets the clock stand there. */
  runUntil(until: Micros): void {
    for (let next = this.nextAt(); next !== undefined && next <= until; next = this.nextAt()) this.step()
    if (until > this.now) this.now = until
  }

  private deliver(delivery: Delivery): void {
    const index = this.indexOf(delivery.to)
    const slot = this.slotAt(index)
    if (!slot.up || delivery.seq < slot.startSeq || isOfDeadConnection(this, slot, delivery)) {
      return this.refuse(slot, delivery)
    }
    const mine = slot.shared ? this.takeOverAt(index, slot) : slot
    if (mine.frozen || mine.busyUntil !== 0) {
      mine.held = [...mine.held, delivery]
      return
    }
    if (mine.impairments.length > 0) this.occupy(mine)
    if (delivery.type === 'reset') this.endConnection(mine, delivery)
    this.context.begin(mine, delivery)
    this.definition(mine.kind).handle(mine.state, delivery, this.context)
  }

  /** A slow process takes its time for each delivery; what arrives meanwhile waits. */
  private occupy(slot: Slot): void {
    const slow = impairmentOf(slot, SLOW)
    if (typeof slow !== 'number') return
    const at = (this.now + slow) as Micros
    slot.busyUntil = at
    const order: Order = { type: 'next', process: slot.id, at }
    this.post(KERNEL, KERNEL, order, at, 0)
  }

  private goOn(process: ProcessId, at: Micros): void {
    const slot = this.change(process)
    if (slot.busyUntil !== at) return
    slot.busyUntil = 0
    const [first, ...rest] = slot.held
    if (first === undefined || slot.frozen) return
    slot.held = rest
    this.deliver({ ...first, deliveredAt: this.now })
  }

  /** A process learns that a connection is gone, and with it what had not got across. */
  private endConnection(slot: Slot, delivery: Delivery): void {
    const peer = noteTold(this, slot.id, delivery)
    if (this.stranded.length === 0) return
    this.stranded = this.stranded.filter(
      ({ from, to, type }) => from !== slot.id || to !== peer || type === 'reset',
    )
  }

  /** The target is gone. A host that is up answers for it: connection refused, or reset. */
  private refuse(slot: Slot, delivery: Delivery): void {
    if (delivery.from === delivery.to || delivery.from === KERNEL) return
    const hostUp = this.hostNamed(slot.host).up
    const reason = slot.up ? 'restarted' : hostUp ? 'process-down' : 'host-down'
    this.record({ type: 'lost', message: delivery.seq, reason }, delivery.seq)
    if (!hostUp || delivery.type === 'reset') return
    const dead = slot.up && isOfDeadConnection(this, slot, delivery)
    // Who knows by now has a new connection, which a second reset would hit.
    if (dead && isTold(slot, delivery.from)) return
    const upTo = slot.up && !dead ? slot.startSeq - 1 : this.seq
    this.reset(delivery.from, delivery.to, delivery.seq, { upTo, locally: false })
  }

  private obey(delivery: Delivery): void {
    const order = delivery.message as Order
    if (order.type === 'heal') this.heal(order.id)
    else if (order.type === 'next') this.goOn(order.process, order.at)
    else for (const lever of order.levers) pullLever(this, lever, delivery.cause)
  }

  // ── from outside ──────────────────────────────────────────────────────────────────────────────────────────────

  addHost(name: HostName, role: string): void {
    assert(!this.hostList.some((host) => host.name === name), `host ${name} exists already`)
    this.hostList = [...this.hostList, { name, role, up: true, since: 0 }]
  }

  spawn(id: ProcessId, kind: string, host: HostName, config: unknown, cause = 0): void {
    assert(!this.slotIndex.has(id), `process ${id} exists already`)
    assert(this.definitions[kind] !== undefined, `no process definition ${kind}`)
    this.hostNamed(host)
    const slot = createSlot(id, kind, host, config, this.seed)
    this.slotIndex.set(id, this.slotList.push(slot) - 1)
    this.initialize(slot, true, cause)
  }

  /** Records that the user made the cluster. Its processes are spawned with this `seq` as their cause. */
  boot(topology: unknown): number {
    const command: Message & { readonly topology: unknown } = deepFreeze({ type: 'boot', topology })
    return this.record({ type: 'command', command, to: KERNEL }, 0)
  }

  /** Everything that waits to be delivered, in no order. */
  pending(): readonly Delivery[] {
    return this.queue
  }

  /** Something that the user does: the root of what follows, delivered at once. Returns its `seq`. */
  command(to: ProcessId, message: Message): number {
    this.indexOf(to)
    const command = deepFreeze(message)
    const seq = this.record({ type: 'command', command, to }, 0)
    this.post(KERNEL, to, command, this.now, seq)
    return seq
  }

  /** Pulls the levers of a fault and remembers how to heal it. Returns the fault's id. */
  inject(
    fault: string,
    target: string,
    levers: readonly Lever[],
    heal: readonly Lever[],
    forMicros: number | null,
  ): string {
    const id = `fault-${this.nextFault++}`
    const own = (lever: Lever): Lever => ('id' in lever ? { ...lever, id: `${id}/${lever.id}` } : lever)
    const lasts = forMicros ?? ownLength(levers, heal)
    const until = lasts === null ? null : ((this.now + lasts) as Micros)
    this.faults = [...this.faults, { id, fault, target, until, heal: heal.map(own) }]
    const cause = this.record({ type: 'fault', step: 'injected', id, fault, target }, 0)
    for (const lever of levers) pullLever(this, own(lever), cause)
    const order: Order = { type: 'heal', id }
    if (until !== null) this.post(KERNEL, KERNEL, order, until, cause)
    return id
  }

  /** Ends a fault. False when there is none with this id (it may have healed by itself). */
  heal(id: string): boolean {
    const fault = this.faults.find((active) => active.id === id)
    if (fault === undefined) return false
    this.faults = this.faults.filter((active) => active !== fault)
    const cause = this.record(
      { type: 'fault', step: 'healed', id, fault: fault.fault, target: fault.target },
      0,
    )
    // What another fault still holds stays as it is.
    for (const lever of fault.heal) if (!this.isHeld(lever)) pullLever(this, lever, cause)
    return true
  }

  isHeld(heal: Lever): boolean {
    return this.faults.some((fault) => fault.heal.some((other) => sameLever(other, heal)))
  }

  // ── checkpoints ───────────────────────────────────────────────────────────────────────────────────────────────

  checkpoint(): Checkpoint {
    for (const slot of this.slotList) slot.shared = true
    return {
      now: this.now,
      seq: this.seq,
      delivered: this.delivered,
      digest: this.digest,
      queue: this.queue.slice(),
      slots: this.slotList.slice(),
      hosts: this.hostList,
      networkState: clonePlain(this.networkState),
      stranded: this.stranded,
      faults: this.faults,
      nextFault: this.nextFault,
    }
  }

  static restore(options: KernelOptions, checkpoint: Checkpoint): Kernel {
    const kernel = new Kernel(options)
    kernel.now = checkpoint.now
    kernel.seq = checkpoint.seq
    kernel.delivered = checkpoint.delivered
    kernel.digest = checkpoint.digest
    kernel.queue = checkpoint.queue.slice()
    kernel.hostList = checkpoint.hosts
    kernel.networkState = clonePlain(checkpoint.networkState)
    kernel.stranded = checkpoint.stranded
    kernel.faults = checkpoint.faults
    kernel.nextFault = checkpoint.nextFault
    for (const slot of checkpoint.slots) {
      slot.shared = true
      kernel.slotIndex.set(slot.id, kernel.slotList.push(slot) - 1)
    }
    return kernel
  }

  // ── machines ──────────────────────────────────────────────────────────────────────────────────────────────────

  slots(): readonly Slot[] {
    return this.slotList
  }

  hosts(): readonly Host[] {
    return this.hostList
  }

  /** The state of a process, to look at and not to touch; undefined while it is down. */
  stateOf(id: ProcessId): unknown {
    return this.slotOf(id).state
  }

  slotOf(id: ProcessId): Slot {
    return this.slotAt(this.indexOf(id))
  }

  change(id: ProcessId): Slot {
    const index = this.indexOf(id)
    const slot = this.slotAt(index)
    return slot.shared ? this.takeOverAt(index, slot) : slot
  }

  hostNamed(name: HostName): Host {
    const host = this.hostList.find((candidate) => candidate.name === name)
    assert(host !== undefined, `no host ${name}`)
    return host
  }

  setHostUp(name: HostName, up: boolean): void {
    this.hostList = this.hostList.map((host) =>
      host.name === name ? { ...host, up, since: this.seq } : host,
    )
  }

  initialize(slot: Slot, boot: boolean, cause: number): void {
    slot.state = this.definition(slot.kind).init(slot.id, slot.config, {
      disk: slot.disk,
      boot,
      again: slot.startSeq > 0,
      now: this.now,
    })
    slot.up = true
    slot.frozen = false
    slot.startSeq = this.seq + 1
    this.post(KERNEL, slot.id, { type: 'start' }, this.now, cause)
  }

  schedule(levers: readonly Lever[], afterMicros: number, cause: number): void {
    const order: Order = { type: 'levers', levers }
    this.post(KERNEL, KERNEL, order, (this.now + afterMicros) as Micros, cause)
  }

  reset(
    process: ProcessId,
    peer: ProcessId,
    cause: number,
    { upTo, locally }: { readonly upTo: number; readonly locally: boolean },
  ): void {
    const message = { type: 'reset', peer, upTo }
    if (locally) this.post(KERNEL, process, message, this.now, cause)
    else this.transmit(peer, process, message, cause)
  }

  signal(process: ProcessId, message: Message, cause: number): void {
    this.post(KERNEL, process, message, this.now, cause)
  }

  redeliver(delivery: Delivery): void {
    enqueue(this.queue, { ...delivery, deliveredAt: this.now })
  }

  retransmit(): void {
    const waiting = this.stranded
    this.stranded = []
    const kept: Delivery[] = []
    for (const old of waiting) {
      const sender = this.slotOf(old.from)
      // What a process had not got across dies with it; its host's resets do not.
      if (old.type !== 'reset' && (!sender.up || old.seq < sender.startSeq)) continue
      if (this.connected(old.from, old.to)) this.transmit(old.from, old.to, old.message, old.seq)
      else kept.push(old)
    }
    this.stranded = [...kept, ...this.stranded]
  }

  forgetStranded(isDead: (from: HostName, to: HostName) => boolean): void {
    this.stranded = this.stranded.filter(({ from, to }) => !isDead(this.hostOf(from), this.hostOf(to)))
  }

  dropInFlight(message: number, cause: number): void {
    const isMeant = isMessageOf(message)
    let found = removeFromQueue(this.queue, isMeant).length > 0
    for (const { id, held } of this.slotList.filter((slot) => slot.held.some(isMeant))) {
      this.change(id).held = held.filter((delivery) => !isMeant(delivery))
      found = true
    }
    if (found) this.record({ type: 'lost', message, reason: 'dropped' }, cause)
  }

  /** What a process had received and not read is lost with the connection, too. */
  loseOnTheWay(isDead: (from: HostName, to: HostName) => boolean, cause: number): void {
    const isMeant = ({ from, to }: Delivery): boolean =>
      from !== to && from !== KERNEL && isDead(this.hostOf(from), this.hostOf(to))
    const lost = removeFromQueue(this.queue, isMeant)
    for (const { id, held } of this.slotList.filter((slot) => slot.held.some(isMeant))) {
      lost.push(...held.filter(isMeant))
      this.change(id).held = held.filter((delivery) => !isMeant(delivery))
    }
    for (const { seq } of lost.sort((a, b) => a.seq - b.seq))
      this.record({ type: 'lost', message: seq, reason: 'dropped' }, cause)
  }

  /** Whether a message is still on its way to its receiver, or waits there. */
  isInFlight(message: number): boolean {
    const isMeant = isMessageOf(message)
    return this.queue.some(isMeant) || this.slotList.some(({ held }) => held.some(isMeant))
  }

  private connected(from: ProcessId, to: ProcessId): boolean {
    return carries(this, this.hostOf(from), this.hostOf(to))
  }

  private hostOf(process: ProcessId): HostName {
    return this.slotOf(process).host
  }

  // ── sending and recording ─────────────────────────────────────────────────────────────────────────────────────

  record(event: KernelEvent, cause: number): number {
    const recorded: RecordedEvent = { seq: ++this.seq, at: this.now, process: KERNEL, cause, ...event }
    this.fold(event, recorded.seq, this.now, -1, -1, cause)
    this.onEvent(recorded, this.digest)
    return recorded.seq
  }

  private recordLocal(process: ProcessId, event: LocalEvent, cause: number): number {
    const seq = ++this.seq
    if (!this.unread.has(event.type)) {
      const recorded: RecordedEvent = { seq, at: this.now, process, cause, ...event }
      this.onEvent(recorded, this.digest)
    }
    return seq
  }

  /** Takes an event into the digest. */
  private fold(content: object, seq: number, at: Micros, from: number, to: number, cause: number): void {
    const ends = from * 65_537 + to
    const header = hashInteger(ends, hashInteger(cause, hashInteger(at, hashInteger(seq, this.digest))))
    this.digest = this.hasher.hash(content, header)
  }

  private foldMessage(delivery: Delivery, from: number, to: number): void {
    const { message, seq, deliveredAt, cause } = delivery
    const content = this.echoes.has(message.type) ? ECHO : message
    this.fold(content, seq, deliveredAt, from, to, cause)
  }

  /** Puts a message on the link between two processes. */
  private transmit(from: ProcessId, to: ProcessId, message: Message, cause: number): number {
    const fromIndex = this.indexOf(from)
    const toIndex = this.indexOf(to)
    const target = this.slotAt(toIndex)
    const present = this.slotAt(fromIndex)
    const sender = present.shared ? this.takeOverAt(fromIndex, present) : present
    const route = this.network.route(
      this.networkState,
      { process: from, host: sender.host },
      { process: to, host: target.host },
      message,
      this.now,
      () => draw(sender),
    )
    const previous = sender.peers[to] ?? 0
    if (target.peers[from] === undefined) this.change(to).peers[from] = 0
    const ordered = route.arrives && route.unordered !== true
    const arrival = route.arrives ? route.deliveredAt : this.now
    const deliveredAt = ordered ? (Math.max(arrival, previous + 1) as Micros) : arrival
    sender.peers[to] = ordered ? deliveredAt : previous
    const delivery = this.compose(from, to, message, deliveredAt, cause)
    this.foldMessage(delivery, fromIndex, toIndex)
    this.onEvent(delivery, this.digest)
    if (route.arrives) {
      this.admit(delivery)
      if (route.againAt !== undefined) this.repeat(delivery, route.againAt)
    } else {
      this.record({ type: 'lost', message: delivery.seq, reason: route.reason }, delivery.seq)
      if (route.stranded) this.stranded = [...this.stranded, delivery]
      if (route.spent !== undefined) this.end(route.spent, delivery.seq)
    }
    return delivery.seq
  }

  /** A message arrives a second time: a message of its own, of which the first is the cause. */
  private repeat({ from, to, message, seq }: Delivery, at: Micros): void {
    const copy = this.compose(from, to, message, at, seq)
    this.foldMessage(copy, this.indexOf(from), this.indexOf(to))
    this.onEvent(copy, this.digest)
    this.admit(copy)
  }

  /** The fault that pulled this lever is over. */
  private end(lever: string, cause: number): void {
    const fault = this.faults.find(({ id }) => lever.startsWith(`${id}/`))
    if (fault === undefined) return
    const order: Order = { type: 'heal', id: fault.id }
    this.post(KERNEL, KERNEL, order, this.now, cause)
  }

  /** A timer carries the cause it continues; it is not an event of the trace. */
  private timer(self: ProcessId, after: Micros, message: Message, cause: number): number {
    assert(Number.isInteger(after) && after >= 0, `a timer of ${after} µs`)
    return this.post(self, self, message, (this.now + after) as Micros, cause)
  }

  private post(from: ProcessId, to: ProcessId, message: Message, deliveredAt: Micros, cause: number): number {
    const delivery = this.compose(from, to, message, deliveredAt, cause)
    this.admit(delivery)
    return delivery.seq
  }

  private admit(delivery: Delivery): void {
    assert(this.queue.length < QUEUE_LIMIT, 'the event queue is full')
    enqueue(this.queue, delivery)
  }

  private compose(
    from: ProcessId,
    to: ProcessId,
    message: Message,
    deliveredAt: Micros,
    cause: number,
  ): Delivery {
    return {
      seq: ++this.seq,
      at: this.now,
      process: from,
      cause,
      type: message.type,
      from,
      to,
      sentAt: this.now,
      deliveredAt,
      message: deepFreeze(message),
    }
  }

  // ── look-ups ──────────────────────────────────────────────────────────────────────────────────────────────────

  private indexOf(id: ProcessId): number {
    const index = this.slotIndex.get(id)
    assert(index !== undefined, `no process ${id}`)
    return index
  }

  private slotAt(index: number): Slot {
    const slot = this.slotList[index]
    assert(slot !== undefined, `no slot ${index}`)
    return slot
  }

  private takeOverAt(index: number, slot: Slot): Slot {
    const mine = takeOver(slot)
    this.slotList[index] = mine
    return mine
  }

  private definition(kind: string): ProcessDefinition {
    const definition = this.definitions[kind]
    assert(definition !== undefined, `no process definition ${kind}`)
    return definition
  }
}

const isMessageOf =
  (message: number) =>
  ({ seq, from, to }: Delivery): boolean =>
    seq === message && from !== to && from !== KERNEL

function draw(slot: Slot): number {
  slot.stream = advanceStream(slot.stream)
  return streamValue(slot.stream)
}
