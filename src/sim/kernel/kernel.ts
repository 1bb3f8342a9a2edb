// The kernel: one queue, one clock, all randomness, and every process's state. Nothing happens except by a delivery.
// Checkpoints are lazy: they share each process's state with the running kernel, which copies a state only before it
// changes it (`slot.ts`). What levers do is in `machines.ts`.
import { assert } from './assert.ts'
import type { Checkpoint } from './checkpoint.ts'
import { Chronicle, KERNEL } from './chronicle.ts'
import { Connections } from './connections.ts'
import { DeliveryContext } from './context.ts'
import { clonePlain } from './copies.ts'
import { isOfDeadConnection, isTold, noteTold } from './dead-connections.ts'
import { Sent } from './delivery.ts'
import { EventQueue, UNKNOWN_PLACE } from './event-queue.ts'
import { FaultBook } from './fault-book.ts'
import { HostTable } from './host-table.ts'
import { isInFlight, takeInFlight } from './in-flight.ts'
import type { ActiveFault, Host, Lever, MachineRoom, Network } from './machine-room.ts'
import { carries, ownLength, pullLever, SLOW } from './machines.ts'
import type { Micros } from './micros.ts'
import type { Order } from './order.ts'
import { deepFreeze } from './plain-data.ts'
import type { Delivery, HostName, Message, ProcessDefinition, ProcessId } from './process.ts'
import { SimulationFailure } from './simulation-failure.ts'
import type { Slot } from './slot.ts'
import { createSlot, draw, impairmentOf } from './slot.ts'
import { SlotTable } from './slot-table.ts'
import type { KernelEvent, LocalEvent, TraceEvent } from './trace.ts'

/** More pending deliveries than this is a message loop, not a load. */
const QUEUE_LIMIT = 20_000_000

export interface KernelOptions {
  readonly definitions: Readonly<Record<string, ProcessDefinition>>
  readonly network: Network
  readonly seed: number
  /** Called with each event as it is recorded, and the digest of everything up to it. */
  readonly onEvent?: (event: TraceEvent, digest: number) => void
  /** What processes record about themselves that `onEvent` is to be spared. It changes nothing else. */
  readonly unread?: ReadonlySet<LocalEvent['type']>
  /** False where nobody asks for the digest; it stays 0. */
  readonly digests?: boolean
}

export class Kernel implements MachineRoom {
  now = 0 as Micros
  /** Deliveries handled so far: the position that commands and checkpoints refer to. */
  delivered = 0
  readonly seed: number
  readonly network: Network
  networkState: unknown
  connections = new Connections()
  private hostTable = new HostTable([])
  /** What a partition holds up; it is sent again when the link heals, as TCP would. */
  private stranded: readonly Delivery[] = []
  private faultBook = new FaultBook([], 1)
  private queue = new EventQueue()
  private readonly slotTable = new SlotTable()
  private readonly definitions: Readonly<Record<string, ProcessDefinition>>
  private readonly chronicle: Chronicle
  private readonly context: DeliveryContext

  constructor(options: KernelOptions) {
    this.definitions = options.definitions
    this.network = options.network
    this.networkState = options.network.init()
    this.seed = options.seed
    this.chronicle = new Chronicle({
      echoes: new Set(Object.values(options.definitions).flatMap(({ echoes = [] }) => echoes)),
      onEvent: options.onEvent ?? (() => {}),
      unread: options.unread ?? new Set(),
      digests: options.digests ?? true,
    })
    this.context = new DeliveryContext({
      send: (from, to, message, cause) => this.transmit(from, to, message, cause),
      timer: (from, after, message, cause) => this.timer(from, after, message, cause),
      random: (slot) => draw(slot),
      record: (self, event, cause) => this.chronicle.recordLocal(self, event, this.now, cause),
      reads: (type) => this.chronicle.reads(type),
      skip: (count) => this.chronicle.skip(count),
      exit: (process, reason, restartAfterMicros, cause) =>
        this.schedule([{ lever: 'crash', process, reason, restartAfterMicros }], 0, cause),
    })
  }

  /** The last number given to an event of the trace. */
  get seq(): number {
    return this.chronicle.seq
  }

  get faults(): readonly ActiveFault[] {
    return this.faultBook.active
  }

  /** A running hash of everything that happened; see `Chronicle`. */
  get digest(): number {
    return this.chronicle.digest
  }

  // ── time ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** When the next delivery is due; undefined when nothing is left to happen. */
  nextAt(): Micros | undefined {
    return this.queue.nextAt()
  }

  /** Handles the next delivery. Undefined when nothing is left to happen. Throws `SimulationFailure` on a bug. */
  step(): Delivery | undefined {
    const delivery = this.queue.take()
    if (delivery === undefined) return undefined
    assert(delivery.deliveredAt >= this.now, 'time goes forward')
    this.now = delivery.deliveredAt
    this.delivered++
    try {
      if (delivery.to === KERNEL) this.obey(delivery)
      else this.deliver(delivery, this.queue.takenPlace)
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

  private deliver(delivery: Delivery, known = UNKNOWN_PLACE): void {
    const place = known === UNKNOWN_PLACE ? this.slotTable.placeOf(delivery.to) : known
    const slot = this.slotTable.at(place)
    if (!slot.up || delivery.seq < slot.startSeq || isOfDeadConnection(this, slot, delivery)) {
      return this.refuse(slot, delivery)
    }
    const mine = this.slotTable.changeAt(place)
    if (mine.frozen || mine.busyUntil !== 0) {
      mine.held = [...mine.held, delivery]
      return
    }
    if (mine.impairments.length > 0) this.occupy(mine)
    const told = delivery.type === 'reset' ? this.endConnection(mine, delivery) : delivery
    this.context.begin(mine, told)
    this.definition(mine.kind).handle(mine.state, told, this.context)
  }

  /** A slow process takes its time for each delivery; what arrives meanwhile waits. */
  private occupy(slot: Slot): void {
    const slow = impairmentOf(slot, SLOW)
    if (typeof slow !== 'number') return
    const at = (this.now + slow) as Micros
    slot.busyUntil = at
    this.order({ type: 'next', process: slot.id, at }, at, 0)
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

  /** A process learns that a connection is gone, and with it what had not got across. Returns what it is told. */
  private endConnection(slot: Slot, delivery: Delivery): Delivery {
    const { peer, upTo } = noteTold(this, slot.id, delivery)
    this.stranded = this.stranded.filter(
      ({ from, to, type }) => from !== slot.id || to !== peer || type === 'reset',
    )
    return { ...delivery, message: deepFreeze({ ...delivery.message, upTo }) }
  }

  /** The target is gone. A host that is up answers for it: connection refused, or reset. */
  private refuse(slot: Slot, delivery: Delivery): void {
    if (delivery.from === delivery.to || delivery.from === KERNEL) return
    const hostUp = this.hostNamed(slot.host).up
    const reason = slot.up ? 'restarted' : hostUp ? 'process-down' : 'host-down'
    this.record({ type: 'lost', message: delivery.seq, reason }, delivery.seq)
    // Who sent it has to be there to be told.
    if (!hostUp || delivery.type === 'reset' || this.slotOf(delivery.from).startSeq > delivery.seq) return
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
    this.hostTable.add(name, role)
  }

  spawn(id: ProcessId, kind: string, host: HostName, config: unknown, cause = 0): void {
    assert(!this.slotTable.has(id), `process ${id} exists already`)
    assert(this.definitions[kind] !== undefined, `no process definition ${kind}`)
    this.hostNamed(host)
    const { size: place, owner } = this.slotTable
    const slot = createSlot({ id, kind, host, place, owner }, config, this.seed)
    this.slotTable.add(slot)
    this.initialize(slot, true, cause)
  }

  /** Records that the user made the cluster. Its processes are spawned with this `seq` as their cause. */
  boot(topology: unknown): number {
    const command: Message & { readonly topology: unknown } = deepFreeze({ type: 'boot', topology })
    return this.record({ type: 'command', command, to: KERNEL }, 0)
  }

  /** Everything that waits to be delivered, in no order. */
  pending(): readonly Delivery[] {
    return this.queue.all()
  }

  /** Something that the user does: the root of what follows, delivered at once. Returns its `seq`. */
  command(to: ProcessId, message: Message): number {
    this.slotTable.placeOf(to)
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
    const lasts = forMicros ?? ownLength(levers, heal)
    const until = lasts === null ? null : ((this.now + lasts) as Micros)
    const { id, levers: own } = this.faultBook.enter({ fault, target, heal }, levers, until)
    const cause = this.record({ type: 'fault', step: 'injected', id, fault, target, until }, 0)
    for (const lever of own) pullLever(this, lever, cause)
    if (until !== null) this.order({ type: 'heal', id }, until, cause)
    return id
  }

  /** Ends a fault. False when there is none with this id (it may have healed by itself). */
  heal(id: string): boolean {
    const entry = this.faultBook.strikeOut(id)
    if (entry === undefined) return false
    const { fault, target, heal } = entry
    const cause = this.record({ type: 'fault', step: 'healed', id, fault, target, until: null }, 0)
    // What another fault still holds stays as it is.
    for (const lever of heal) if (!this.isHeld(lever)) pullLever(this, lever, cause)
    return true
  }

  isHeld(heal: Lever): boolean {
    return this.faultBook.holds(heal)
  }

  // ── checkpoints ───────────────────────────────────────────────────────────────────────────────────────────────

  checkpoint(): Checkpoint {
    return {
      now: this.now,
      seq: this.seq,
      delivered: this.delivered,
      digest: this.digest,
      queue: this.queue.all().slice(),
      connections: this.connections.times(),
      slots: this.slotTable.share(),
      hosts: this.hostTable.all(),
      networkState: clonePlain(this.networkState),
      stranded: this.stranded,
      faults: this.faults,
      nextFault: this.faultBook.next,
    }
  }

  static restore(options: KernelOptions, checkpoint: Checkpoint): Kernel {
    const kernel = new Kernel(options)
    kernel.now = checkpoint.now
    kernel.chronicle.seq = checkpoint.seq
    kernel.delivered = checkpoint.delivered
    kernel.chronicle.digest = checkpoint.digest
    kernel.queue = new EventQueue(checkpoint.queue)
    kernel.connections = new Connections(checkpoint.connections)
    kernel.hostTable = new HostTable(checkpoint.hosts)
    kernel.networkState = clonePlain(checkpoint.networkState)
    kernel.stranded = checkpoint.stranded
    kernel.faultBook = new FaultBook(checkpoint.faults, checkpoint.nextFault)
    for (const slot of checkpoint.slots) kernel.slotTable.add(slot)
    return kernel
  }

  // ── machines ──────────────────────────────────────────────────────────────────────────────────────────────────

  slots(): readonly Slot[] {
    return this.slotTable.all()
  }

  hosts(): readonly Host[] {
    return this.hostTable.all()
  }

  /** The state of a process, to look at and not to touch; undefined while it is down. */
  stateOf(id: ProcessId): unknown {
    return this.slotOf(id).state
  }

  slotOf(id: ProcessId): Slot {
    return this.slotTable.at(this.slotTable.placeOf(id))
  }

  change(id: ProcessId): Slot {
    return this.slotTable.changeAt(this.slotTable.placeOf(id))
  }

  hostNamed(name: HostName): Host {
    return this.hostTable.named(name)
  }

  setHostUp(name: HostName, up: boolean): void {
    this.hostTable.setUp(name, up, this.seq)
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
    this.order({ type: 'levers', levers }, (this.now + afterMicros) as Micros, cause)
  }

  reset(
    process: ProcessId,
    peer: ProcessId,
    cause: number,
    { upTo, locally }: { readonly upTo: number; readonly locally: boolean },
  ): void {
    const message = { type: 'reset', peer, upTo }
    if (locally) this.post(KERNEL, process, message, this.now, cause)
    else this.transmit(this.change(peer), process, message, cause)
  }

  signal(process: ProcessId, message: Message, cause: number): void {
    this.post(KERNEL, process, message, this.now, cause)
  }

  redeliver(delivery: Delivery): void {
    this.queue.add({ ...delivery, deliveredAt: this.now })
  }

  retransmit(): void {
    const waiting = this.stranded
    this.stranded = []
    const kept: Delivery[] = []
    for (const old of waiting) {
      const sender = this.slotOf(old.from)
      // What a process had not got across dies with it; its host's resets do not.
      if (old.type !== 'reset' && (!sender.up || old.seq < sender.startSeq)) continue
      if (carries(this, this.slotTable.hostOf(old.from), this.slotTable.hostOf(old.to)))
        this.transmit(this.change(old.from), old.to, old.message, old.seq)
      else kept.push(old)
    }
    this.stranded = [...kept, ...this.stranded]
  }

  forgetStranded(isDead: (from: HostName, to: HostName) => boolean): void {
    this.stranded = this.stranded.filter(
      ({ from, to }) => !isDead(this.slotTable.hostOf(from), this.slotTable.hostOf(to)),
    )
  }

  dropInFlight(message: number, cause: number): void {
    const taken = takeInFlight(this.queue, this.slotTable, ({ seq }) => seq === message)
    if (taken.length > 0) this.record({ type: 'lost', message, reason: 'dropped' }, cause)
  }

  /** What a process had received and not read is lost with the connection, too. */
  loseOnTheWay(isDead: (from: HostName, to: HostName) => boolean, cause: number): void {
    const isLost = ({ from, to }: Delivery): boolean =>
      isDead(this.slotTable.hostOf(from), this.slotTable.hostOf(to))
    for (const { seq } of takeInFlight(this.queue, this.slotTable, isLost))
      this.record({ type: 'lost', message: seq, reason: 'dropped' }, cause)
  }

  /** Whether a message is still on its way to its receiver, or waits there. */
  isInFlight(message: number): boolean {
    return isInFlight(this.queue, this.slotTable, message)
  }

  // ── sending and recording ─────────────────────────────────────────────────────────────────────────────────────

  record(event: KernelEvent, cause: number): number {
    return this.chronicle.record(event, this.now, cause)
  }

  /** Puts a message on the link between two processes. */
  private transmit(sender: Slot, to: ProcessId, message: Message, cause: number): number {
    const target = this.slotOf(to)
    const route = this.network.route(this.networkState, sender, target, message, this.now)
    const ordered = route.arrives && route.unordered !== true
    const arrival = route.arrives ? route.deliveredAt : this.now
    const deliveredAt = this.connections.send(sender.place, target.place, arrival, ordered)
    const delivery = this.compose(sender.id, to, message, deliveredAt, cause)
    this.chronicle.recordMessage(delivery, sender.place, target.place)
    if (route.arrives) {
      this.admit(delivery, target.place)
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
    this.chronicle.recordMessage(copy, this.slotTable.placeOf(from), this.slotTable.placeOf(to))
    this.admit(copy)
  }

  /** The fault that pulled this lever is over. */
  private end(lever: string, cause: number): void {
    const fault = this.faultBook.ownerOf(lever)
    if (fault === undefined) return
    this.order({ type: 'heal', id: fault.id }, this.now, cause)
  }

  /** A timer carries the cause it continues; it is not an event of the trace. */
  private timer(slot: Slot, after: Micros, message: Message, cause: number): number {
    if (!(Number.isInteger(after) && after >= 0)) assert(false, `a timer of ${after} µs`)
    const delivery = this.compose(slot.id, slot.id, message, (this.now + after) as Micros, cause)
    this.admit(delivery, slot.place)
    return delivery.seq
  }

  private order(order: Order, at: Micros, cause: number): void {
    this.post(KERNEL, KERNEL, order, at, cause)
  }

  private post(from: ProcessId, to: ProcessId, message: Message, deliveredAt: Micros, cause: number): number {
    const delivery = this.compose(from, to, message, deliveredAt, cause)
    this.admit(delivery)
    return delivery.seq
  }

  private admit(delivery: Delivery, place = UNKNOWN_PLACE): void {
    assert(this.queue.length < QUEUE_LIMIT, 'the event queue is full')
    this.queue.add(delivery, place)
  }

  private compose(
    from: ProcessId,
    to: ProcessId,
    message: Message,
    deliveredAt: Micros,
    cause: number,
  ): Delivery {
    const seq = ++this.chronicle.seq
    return new Sent(seq, cause, from, to, this.now, deliveredAt, deepFreeze(message))
  }

  definition(kind: string): ProcessDefinition {
    const definition = this.definitions[kind]
    if (definition === undefined) assert(false, `no process definition ${kind}`)
    return definition
  }
}
