import { expect, test } from 'vitest'
import { clusterNetwork } from '../net/network.ts'
import type { KernelOptions } from './kernel.ts'
import { Kernel } from './kernel.ts'
import type { Micros } from './micros.ts'
import { micros, seconds } from './micros.ts'
import type { Context, Delivery, Message, ProcessDefinition } from './process.ts'
import { hostName, processId } from './process.ts'
import type { Effect, Task, TaskTable } from './task.ts'
import { perform, TaskRunner, taskTable } from './task.ts'
import { fingerprint } from './testing/fingerprint.ts'
import type { TraceEvent } from './trace.ts'

interface PingState {
  count: number
  resets: string[]
  tasks: TaskTable
  next: number
  waiting: Record<string, number>
  disk: { written: number }
}
type Ping =
  | { readonly type: 'ping'; readonly id: number }
  | { readonly type: 'pong'; readonly id: number; readonly value: number }

function* exchange(rounds: number): Task<number> {
  let sum = 0
  for (let i = 0; i < rounds; i++) sum += yield* perform<number>({ effect: 'ping' })
  return sum
}

const runner = new TaskRunner<PingState>({
  functions: { exchange },
  table: (state) => state.tasks,
  perform(state, _effect: Effect, token, context) {
    const id = state.next++
    state.waiting[id] = token.task
    context.send(processId('b'), { type: 'ping', id } as Message)
    return 'pending'
  },
  finished(state, _task, result, context) {
    state.count += Number(result)
    context.timer(micros(1_000), { type: 'again' })
  },
})

const pinger: ProcessDefinition<PingState> = {
  kind: 'pinger',
  init: (_id, _config, start) => ({
    count: 0,
    resets: [],
    tasks: taskTable(),
    next: 1,
    waiting: {},
    disk: (start.disk as { written: number } | undefined) ?? { written: 0 },
  }),
  handle(state, delivery, context) {
    const message = delivery.message as Ping | { type: 'start' | 'again' } | { type: 'reset'; peer: string }
    if (message.type === 'start' || message.type === 'again') {
      if (context.self === 'a') runner.start(state, 'exchange', [3], context)
    } else if (message.type === 'ping') {
      state.disk.written++
      context.send(delivery.from, {
        type: 'pong',
        id: message.id,
        value: Math.floor(context.random() * 100),
      } as Message)
    } else if (message.type === 'pong') {
      const task = state.waiting[message.id]
      delete state.waiting[message.id]
      if (task !== undefined) runner.resolve(state, { task, part: 0 }, message.value, context)
    } else if (message.type === 'reset') state.resets.push(message.peer)
  },
}

function boot(seed: number, events: TraceEvent[] = []): { kernel: Kernel; options: KernelOptions } {
  const options: KernelOptions = {
    definitions: { pinger: pinger as ProcessDefinition },
    network: clusterNetwork([]),
    seed,
    onEvent: (event) => events.push(event),
  }
  const kernel = new Kernel(options)
  kernel.addHost(hostName('one'), 'node')
  kernel.addHost(hostName('two'), 'node')
  kernel.spawn(processId('a'), 'pinger', hostName('one'), {})
  kernel.spawn(processId('b'), 'pinger', hostName('two'), {})
  return { kernel, options }
}

const stateOf = (kernel: Kernel): number => fingerprint(kernel.checkpoint())

test('the same seed gives the same history, another seed another one', () => {
  const digest = (seed: number): number => {
    const { kernel } = boot(seed)
    kernel.runUntil(seconds(0.1))
    return kernel.digest
  }
  expect(digest(1)).toBe(digest(1))
  expect(digest(1)).not.toBe(digest(2))
})

test('restoring after any event, in the middle of tasks, changes nothing that follows', () => {
  const until = seconds(0.06)
  const reference = boot(7)
  reference.kernel.runUntil(until)
  const { kernel, options } = boot(7)
  let restores = 0
  while ((kernel.nextAt() ?? until) < until) {
    kernel.step()
    const checkpoint = kernel.checkpoint()
    const before = stateOf(kernel)
    const twin = Kernel.restore(options, checkpoint)
    twin.runUntil(until)
    expect(twin.digest).toBe(reference.kernel.digest)
    expect(stateOf(twin)).toBe(stateOf(reference.kernel))
    expect(stateOf(kernel)).toBe(before)
    restores++
  }
  expect(restores).toBeGreaterThan(100)
})

test('every message but the roots has a cause that was recorded before it', () => {
  const events: TraceEvent[] = []
  boot(3, events).kernel.runUntil(seconds(0.02))
  const seen = new Set([0])
  for (const event of events) {
    expect(seen.has(event.cause)).toBe(true)
    seen.add(event.seq)
  }
})

test('a crash resets the connections at once, keeps the disk, and a supervisor restarts it', () => {
  const { kernel } = boot(5)
  kernel.runUntil(micros(10_000))
  const written = (kernel.stateOf(processId('b')) as PingState).disk.written
  kernel.inject(
    'process-crash',
    'b',
    [{ lever: 'crash', process: processId('b'), reason: 'killed', restartAfterMicros: 50_000 }],
    [],
    null,
  )
  kernel.runUntil(micros(20_000))
  expect(kernel.stateOf(processId('b'))).toBeUndefined()
  expect((kernel.stateOf(processId('a')) as PingState).resets).toContain('b')
  kernel.runUntil(micros(70_000))
  expect((kernel.stateOf(processId('b')) as PingState).disk.written).toBe(written)
  expect(written).toBeGreaterThan(0)
})

test('a power cut tells nobody; peers find out after 45 s', () => {
  const { kernel } = boot(5)
  kernel.runUntil(micros(10_000))
  kernel.inject(
    'host-down',
    'two',
    [{ lever: 'power-off', host: hostName('two') }],
    [{ lever: 'power-on', host: hostName('two') }],
    null,
  )
  kernel.runUntil(seconds(45))
  expect((kernel.stateOf(processId('a')) as PingState).resets).toEqual([])
  kernel.runUntil(seconds(46))
  expect((kernel.stateOf(processId('a')) as PingState).resets).toEqual(['b'])
})

test('a partition strands what TCP would send again, and healing delivers it', () => {
  const { kernel } = boot(9)
  kernel.runUntil(micros(10_000))
  const id = kernel.inject(
    'partition',
    'two',
    [{ lever: 'block', id: '', from: ['one'], to: ['two'] }],
    [{ lever: 'unlink', id: '' }],
    null,
  )
  kernel.runUntil(seconds(1))
  const stalled = (kernel.stateOf(processId('b')) as PingState).disk.written
  kernel.runUntil(seconds(2))
  expect((kernel.stateOf(processId('b')) as PingState).disk.written).toBe(stalled)
  expect(kernel.heal(id)).toBe(true)
  expect(kernel.heal(id)).toBe(false)
  kernel.runUntil(seconds(3))
  expect((kernel.stateOf(processId('b')) as PingState).disk.written).toBeGreaterThan(stalled)
})

test('a frozen process handles nothing until it thaws, and then everything in order', () => {
  const { kernel } = boot(9)
  kernel.runUntil(micros(10_000))
  const id = kernel.inject(
    'freeze',
    'b',
    [{ lever: 'freeze', process: processId('b') }],
    [{ lever: 'thaw', process: processId('b') }],
    500_000,
  )
  const frozen = (kernel.stateOf(processId('b')) as PingState).disk.written
  kernel.runUntil(micros(400_000))
  expect((kernel.stateOf(processId('b')) as PingState).disk.written).toBe(frozen)
  kernel.runUntil(seconds(1))
  expect(kernel.faults.some((fault) => fault.id === id)).toBe(false)
  expect((kernel.stateOf(processId('b')) as PingState).disk.written).toBeGreaterThan(frozen)
})

test('messages between two processes arrive in the order they were sent', () => {
  const events: TraceEvent[] = []
  boot(11, events).kernel.runUntil(seconds(0.1))
  const last = new Map<string, Micros>()
  for (const event of events as Delivery[]) {
    if (event.deliveredAt === undefined) continue
    const link = `${event.from}>${event.to}`
    expect(event.deliveredAt).toBeGreaterThan(last.get(link) ?? -1)
    last.set(link, event.deliveredAt)
  }
})

test('a process that throws stops the simulation with its seed, seq and name', () => {
  const broken: ProcessDefinition = {
    kind: 'broken',
    init: () => ({}),
    handle: (_state: unknown, _delivery: Delivery, _context: Context) => {
      throw new Error('boom')
    },
  }
  const kernel = new Kernel({ definitions: { broken }, network: clusterNetwork([]), seed: 4 })
  kernel.addHost(hostName('one'), 'node')
  kernel.spawn(processId('x'), 'broken', hostName('one'), {})
  expect(() => kernel.step()).toThrowError(
    expect.objectContaining({ name: 'SimulationFailure', seed: 4, process: 'x', message: 'boom' }),
  )
})
