import { expect, test } from 'vitest'
import { Kernel } from '../kernel/kernel.ts'
import { milliseconds, seconds } from '../kernel/micros.ts'
import type { Message, ProcessDefinition, ProcessId } from '../kernel/process.ts'
import { hostName, processId } from '../kernel/process.ts'
import type { TraceEvent } from '../kernel/trace.ts'
import { clusterNetwork } from '../net/network.ts'
import { etcdMember } from './member.ts'
import type { MemberState } from './member-state.ts'
import type { EtcdOp, EtcdResponse, EtcdWatchResponse, TxnOp } from './messages.ts'

interface ClientState {
  answers: EtcdResponse[]
  watched: EtcdWatchResponse[]
}

/** Passes on what it is told to and keeps what comes back. */
const client: ProcessDefinition<ClientState> = {
  kind: 'client',
  init: () => ({ answers: [], watched: [] }),
  handle(state, delivery, context) {
    const message = delivery.message as Message & { to?: ProcessId; send?: Message }
    if (message.type === 'ask' && message.to !== undefined && message.send !== undefined)
      context.send(message.to, message.send)
    else if (message.type === 'etcd-response') state.answers.push(message as EtcdResponse)
    else if (message.type === 'etcd-watch') state.watched.push(message as EtcdWatchResponse)
  },
}

class Cluster {
  readonly events: TraceEvent[] = []
  readonly kernel: Kernel
  private nextId = 1

  constructor(size: number, seed = 1) {
    this.kernel = new Kernel({
      definitions: { etcd: etcdMember as ProcessDefinition, client: client as ProcessDefinition },
      network: clusterNetwork([]),
      seed,
      onEvent: (event) => this.events.push(event),
    })
    const members = Array.from({ length: size }, (_, index) => processId(`etcd-${index + 1}`))
    for (const id of members) {
      this.kernel.addHost(hostName(id), 'etcd')
      this.kernel.spawn(id, 'etcd', hostName(id), { id, members })
    }
    this.kernel.addHost(hostName('laptop'), 'client')
    this.kernel.spawn(processId('client'), 'client', hostName('laptop'), {})
  }

  run(secs: number): this {
    this.kernel.runUntil(milliseconds(this.kernel.now / 1000 + secs * 1000))
    return this
  }

  ask(to: string, request: EtcdOp): number {
    const id = this.nextId++
    this.kernel.command(processId('client'), {
      type: 'ask',
      to: processId(to),
      send: { type: 'etcd-request', id, request },
    } as Message)
    return id
  }

  watch(to: string, key: string, startRevision = 0): void {
    const send = {
      type: 'etcd-watch-create',
      id: this.nextId++,
      key,
      end: `${key.slice(0, -1)}0`,
      startRevision,
    }
    this.kernel.command(processId('client'), { type: 'ask', to: processId(to), send } as Message)
  }

  answer(id: number): EtcdResponse | undefined {
    return this.clientState.answers.find((answer) => answer.id === id)
  }

  get clientState(): ClientState {
    return this.kernel.stateOf(processId('client')) as ClientState
  }

  member(id: string): MemberState {
    return this.kernel.stateOf(processId(id)) as MemberState
  }

  get leader(): string | undefined {
    return this.kernel
      .slots()
      .filter((slot) => slot.kind === 'etcd' && slot.up && (slot.state as MemberState).raft.role === 'leader')
      .map((slot) => slot.id as string)[0]
  }

  kill(id: string): string {
    return this.kernel.inject(
      'process-down',
      id,
      [{ lever: 'crash', process: processId(id), reason: 'killed' }],
      [{ lever: 'start', process: processId(id) }],
      null,
    )
  }
}

const put = (key: string, value: unknown): TxnOp => ({
  op: 'txn',
  compare: [{ key, target: 'mod', result: '=', value: 0 }],
  success: [{ op: 'put', key, value }],
  failure: [{ op: 'range', key }],
})

test.each([1, 3, 5, 7])('%i members elect one leader and store a write on all', (size) => {
  const cluster = new Cluster(size).run(5)
  const id = cluster.ask('etcd-1', put('/a', 1))
  cluster.run(1)
  expect(cluster.answer(id)).toMatchObject({
    error: null,
    revision: 2,
    result: { op: 'txn', succeeded: true },
  })
  for (let member = 1; member <= size; member++)
    expect(cluster.member(`etcd-${member}`).store.revision).toBe(2)
})

test('a follower takes a write and answers it; its cause chain leads through Raft to the request', () => {
  const cluster = new Cluster(3).run(5)
  const follower = ['etcd-1', 'etcd-2', 'etcd-3'].find((id) => id !== cluster.leader) ?? ''
  cluster.ask(follower, put('/a', 1))
  cluster.run(1)
  const byseq = new Map(cluster.events.map((event) => [event.seq, event]))
  const storage = cluster.events.filter((event) => event.type === 'storage')
  expect(storage.map((event) => event.process).sort()).toEqual(['etcd-1', 'etcd-2', 'etcd-3'])
  const types: string[] = []
  for (let event = storage[0]; event !== undefined; event = byseq.get(event.cause)) types.push(event.type)
  expect(types[0]).toBe('storage')
  expect(types.filter((type) => type === 'raft').length).toBeGreaterThanOrEqual(3)
  expect(types.slice(-2)).toEqual(['etcd-request', 'command'])
})

test.each([1, 2, 3, 4])(
  'writes that share the disk and the network keep their own chains (seed %i)',
  (seed) => {
    const cluster = new Cluster(3, seed).run(5)
    const keys = ['/a', '/b', '/c', '/d', '/e']
    for (const [index, key] of keys.entries()) {
      cluster.ask(`etcd-${(index % 3) + 1}`, put(key, index))
      cluster.run(0.0004)
    }
    cluster.run(1)
    const byseq = new Map(cluster.events.map((event) => [event.seq, event]))
    const stored = cluster.events.filter((event) => event.type === 'storage' && 'key' in event)
    expect(stored).toHaveLength(3 * keys.length)
    for (const first of stored) {
      const asked: unknown[] = []
      for (let event: TraceEvent | undefined = first; event !== undefined; event = byseq.get(event.cause))
        if (event.type === 'etcd-request' && 'message' in event) asked.push(event.message)
      expect(asked).toMatchObject([{ request: { success: [{ key: 'key' in first ? first.key : '' }] } }])
    }
  },
)

test('a linearizable read sees the last write through any member', () => {
  const cluster = new Cluster(3).run(5)
  cluster.ask('etcd-1', put('/a', 'one'))
  cluster.run(1)
  const ids = ['etcd-1', 'etcd-2', 'etcd-3'].map((member) => cluster.ask(member, { op: 'range', key: '/a' }))
  cluster.run(1)
  for (const id of ids)
    expect(cluster.answer(id)).toMatchObject({ error: null, result: { count: 1, kvs: [{ value: 'one' }] } })
})

test('without a majority writes and linearizable reads time out after 7 s, a serializable read answers', () => {
  const cluster = new Cluster(3).run(5)
  const survivor = cluster.leader ?? ''
  for (const id of ['etcd-1', 'etcd-2', 'etcd-3']) if (id !== survivor) cluster.kill(id)
  const write = cluster.ask(survivor, put('/a', 1))
  const read = cluster.ask(survivor, { op: 'range', key: '/a' })
  const local = cluster.ask(survivor, { op: 'range', key: '/a', serializable: true })
  cluster.run(6.5)
  expect(cluster.answer(write)).toBeUndefined()
  expect(cluster.answer(local)).toMatchObject({ error: null })
  cluster.run(1)
  expect(cluster.answer(write)?.error).toBe('etcdserver: request timed out')
  expect(cluster.answer(read)?.error).toBe('etcdserver: request timed out')
})

test('when the leader dies another is elected and nothing acknowledged is lost; the old one catches up', () => {
  const cluster = new Cluster(3).run(5)
  const old = cluster.leader ?? ''
  cluster.ask(old, put('/a', 1))
  cluster.run(1)
  const fault = cluster.kill(old)
  cluster.run(4)
  const next = cluster.leader ?? ''
  expect(next).not.toBe('')
  expect(next).not.toBe(old)
  const id = cluster.ask(next, put('/b', 2))
  cluster.run(1)
  expect(cluster.answer(id)?.error).toBeNull()
  cluster.kernel.heal(fault)
  cluster.run(3)
  expect(cluster.member(old).store.revision).toBe(3)
  expect(cluster.member(old).store.live.get('/a')?.value).toBe(1)
})

test('watches get events in order, from the past too, and end when there is no leader', () => {
  const cluster = new Cluster(3).run(5)
  const member = cluster.leader ?? ''
  cluster.ask(member, put('/k/a', 1))
  cluster.run(1)
  cluster.watch(member, '/k/', 2)
  cluster.run(1)
  cluster.ask(member, put('/k/b', 2))
  cluster.run(1)
  const revisions = cluster.clientState.watched.flatMap((response) =>
    response.events.map((event) => event.kv.modRevision),
  )
  expect(revisions).toEqual([2, 3])
  for (const id of ['etcd-1', 'etcd-2', 'etcd-3']) if (id !== member) cluster.kill(id)
  cluster.run(8)
  expect(cluster.clientState.watched.at(-1)?.cancelled).toBe('etcdserver: no leader')
})

test('a lease expires and takes its keys with it on every member', () => {
  const cluster = new Cluster(3).run(5)
  const grant = cluster.ask('etcd-1', { op: 'lease-grant', ttlSeconds: 3 })
  cluster.run(1)
  const granted = cluster.answer(grant)?.result
  const lease = granted?.op === 'lease-grant' ? granted.lease : 0
  expect(lease).toBeGreaterThan(0)
  cluster.ask('etcd-1', {
    op: 'txn',
    compare: [],
    success: [{ op: 'put', key: '/l', value: 1, lease }],
    failure: [],
  })
  cluster.run(1)
  expect(cluster.member('etcd-3').store.live.has('/l')).toBe(true)
  cluster.run(4)
  for (const id of ['etcd-1', 'etcd-2', 'etcd-3']) expect(cluster.member(id).store.live.has('/l')).toBe(false)
})

test('elections take one to a few seconds, as measured on the real thing', () => {
  for (let seed = 1; seed <= 12; seed++) {
    const cluster = new Cluster(3, seed).run(5)
    const old = cluster.leader ?? ''
    cluster.kill(old)
    const killed = cluster.kernel.now
    while ((cluster.leader ?? old) === old) cluster.run(0.05)
    const took = (cluster.kernel.now - killed) / seconds(1)
    expect(took).toBeGreaterThan(0.85)
    expect(took).toBeLessThan(4)
  }
})

test('ten thousand writes later the log is cut, and an empty-handed member catches up by snapshot', {
  timeout: 60_000,
}, () => {
  const cluster = new Cluster(3).run(5)
  const member = cluster.leader ?? ''
  const absent = ['etcd-1', 'etcd-2', 'etcd-3'].find((id) => id !== member) ?? ''
  const fault = cluster.kill(absent)
  for (let n = 0; n < 10_100; n++) {
    cluster.ask(member, {
      op: 'txn',
      compare: [],
      success: [{ op: 'put', key: `/n/${n % 50}`, value: n }],
      failure: [],
    })
    if (n % 50 === 0) cluster.run(0.05)
  }
  cluster.run(2)
  const { snapshot } = cluster.member(member).raft.log
  expect(snapshot?.index).toBe(10_000)
  const other = ['etcd-1', 'etcd-2', 'etcd-3'].find((id) => id !== member && id !== absent) ?? ''
  expect(cluster.member(other).raft.log.snapshot).toEqual({ ...snapshot })
  cluster.kernel.heal(fault)
  cluster.run(10)
  expect(cluster.member(absent).store.revision).toBe(cluster.member(member).store.revision)
})
