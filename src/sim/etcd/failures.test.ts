// Members and clients that die at awkward moments: what clients are told has to be true all the same.
import { expect, test } from 'vitest'
import { Kernel } from '../kernel/kernel.ts'
import type { Lever } from '../kernel/machine-room.ts'
import { micros } from '../kernel/micros.ts'
import type { Message, ProcessDefinition, ProcessId } from '../kernel/process.ts'
import { hostName, processId } from '../kernel/process.ts'
import type { TraceEvent } from '../kernel/trace.ts'
import { clusterNetwork } from '../net/network.ts'
import { etcdMember } from './member.ts'
import type { MemberState } from './member-state.ts'
import type { EtcdOp, EtcdResponse, EtcdWatchResponse, TxnOp } from './messages.ts'

interface ClientState {
  readonly answers: EtcdResponse[]
  readonly watched: EtcdWatchResponse[]
}

const client: ProcessDefinition<ClientState> = {
  kind: 'client',
  init: () => ({ answers: [], watched: [] }),
  handle(state, delivery, context) {
    const message = delivery.message as Message & { to?: ProcessId; send?: Message }
    if (message.to !== undefined && message.send !== undefined) context.send(message.to, message.send)
    else if (message.type === 'etcd-response') state.answers.push(message as EtcdResponse)
    else if (message.type === 'etcd-watch') state.watched.push(message as EtcdWatchResponse)
  },
}

const MEMBERS = ['etcd-1', 'etcd-2', 'etcd-3'] as const

class Cluster {
  readonly events: TraceEvent[] = []
  readonly kernel: Kernel

  constructor(seed = 1) {
    this.kernel = new Kernel({
      definitions: { etcd: etcdMember as ProcessDefinition, client: client as ProcessDefinition },
      network: clusterNetwork([]),
      seed,
      onEvent: (event) => this.events.push(event),
    })
    const members = MEMBERS.map(processId)
    for (const id of members) {
      this.kernel.addHost(hostName(id), 'etcd')
      this.kernel.spawn(id, 'etcd', hostName(id), { id, members })
    }
    this.kernel.addHost(hostName('laptop'), 'client')
    this.kernel.spawn(processId('client'), 'client', hostName('laptop'), {})
    this.run(5)
  }

  run(seconds: number): this {
    this.kernel.runUntil(micros(this.kernel.now + seconds * 1_000_000))
    return this
  }

  ask(to: string, id: number, request: EtcdOp): void {
    this.send(to, { type: 'etcd-request', id, request } as Message)
  }

  send(to: string, message: Message): void {
    this.kernel.command(processId('client'), { type: 'ask', to: processId(to), send: message } as Message)
  }

  inject(levers: readonly Lever[], heal: readonly Lever[]): string {
    return this.kernel.inject('test', '', levers, heal, null)
  }

  crash(process: string, restartAfterMicros: number): void {
    this.inject([{ lever: 'crash', process: processId(process), reason: 'crashed', restartAfterMicros }], [])
  }

  kill(process: string): string {
    return this.inject(
      [{ lever: 'crash', process: processId(process), reason: 'killed' }],
      [{ lever: 'start', process: processId(process) }],
    )
  }

  /** Cuts a member off from the other members, and not from its clients. */
  isolate(member: string): string {
    const others = MEMBERS.filter((other) => other !== member)
    return this.inject(
      [
        { lever: 'block', id: 'out', from: [member], to: others },
        { lever: 'block', id: 'in', from: others, to: [member] },
      ],
      [
        { lever: 'unlink', id: 'out' },
        { lever: 'unlink', id: 'in' },
      ],
    )
  }

  get client(): ClientState {
    return this.kernel.stateOf(processId('client')) as ClientState
  }

  answers(id: number): readonly EtcdResponse[] {
    return this.client.answers.filter((answer) => answer.id === id)
  }

  member(id: string): MemberState {
    return this.kernel.stateOf(processId(id)) as MemberState
  }

  /** The leader of the newest term. */
  get leader(): string {
    const leaders = MEMBERS.filter(
      (id) => (this.member(id) as MemberState | undefined)?.raft.role === 'leader',
    )
    return leaders.sort((a, b) => this.member(b).raft.term - this.member(a).raft.term)[0] ?? ''
  }

  get follower(): string {
    return MEMBERS.find((id) => id !== this.leader) ?? ''
  }
}

const put = (key: string, value: unknown): TxnOp => ({
  op: 'txn',
  compare: [],
  success: [{ op: 'put', key, value }],
  failure: [],
})

const valueRead = (answer: EtcdResponse | undefined): unknown =>
  answer?.result?.op === 'range' ? answer.result.kvs[0]?.value : undefined

test('a deposed leader that does not know it serves no linearizable read', () => {
  const cluster = new Cluster()
  cluster.ask(cluster.leader, 1, put('/a', 'old'))
  cluster.run(1)
  const old = cluster.leader
  const cut = cluster.isolate(old)
  cluster.run(0.1)
  cluster.ask(old, 2, { op: 'range', key: '/a' })
  for (const [index, seconds] of [0.3, 0.9, 1.5, 3].entries()) {
    cluster.run(seconds)
    cluster.ask(old, 10 + index, { op: 'range', key: '/a' })
  }
  expect(cluster.leader).not.toBe(old)
  cluster.ask(cluster.leader, 3, put('/a', 'new'))
  cluster.run(0.5)
  expect(cluster.answers(3)[0]?.error).toBeNull()
  cluster.ask(old, 4, { op: 'range', key: '/a' })
  cluster.ask(old, 5, { op: 'range', key: '/a', serializable: true })
  cluster.run(0.5)
  expect(valueRead(cluster.answers(5)[0])).toBe('old')
  cluster.kernel.heal(cut)
  cluster.run(10)
  const read = cluster.answers(4)
  expect(read).toHaveLength(1)
  expect(read[0]?.error === null ? valueRead(read[0]) : 'refused').not.toBe('old')
})

test('reads asked after a write was acknowledged see it, whoever leads and whoever is asked', () => {
  for (let seed = 1; seed <= 6; seed++) {
    const cluster = new Cluster(seed)
    let id = 100
    let acknowledged = 0
    let floor = 0
    const asked: { id: number; floor: number }[] = []
    for (let round = 1; round <= 30; round++) {
      const writer = id++
      cluster.ask(MEMBERS[round % 3] ?? '', writer, put('/n', round))
      if (round % 7 === 3) cluster.crash(cluster.leader || 'etcd-1', 700_000)
      cluster.run(0.35)
      const answer = cluster.answers(writer)[0]
      if (answer?.error === null) {
        acknowledged++
        floor = Math.max(floor, answer.revision)
      }
      for (const member of MEMBERS) {
        asked.push({ id, floor })
        cluster.ask(member, id++, { op: 'range', key: '/n' })
      }
    }
    cluster.run(10)
    for (const { id: read, floor: least } of asked) {
      const answer = cluster.answers(read)[0]
      if (answer?.error === null) expect(answer.revision).toBeGreaterThanOrEqual(least)
    }
    expect(acknowledged).toBeGreaterThan(10)
  }
})

test('a write forwarded to a leader that died is answered after 7 s, and once', () => {
  const cluster = new Cluster()
  const { leader, follower } = cluster
  cluster.inject([{ lever: 'power-off', host: hostName(leader) }], [])
  cluster.ask(follower, 1, put('/a', 1))
  cluster.run(6.9)
  expect(cluster.answers(1)).toEqual([])
  cluster.run(0.3)
  expect(cluster.answers(1).map(({ error }) => error)).toEqual(['etcdserver: request timed out'])
  cluster.run(10)
  expect(cluster.answers(1)).toHaveLength(1)
})

test('a restarted client gets no answer to what its predecessor asked under the same number', () => {
  for (const op of [put('/old', 1), { op: 'range', key: '/none' }] as const) {
    const cluster = new Cluster()
    const { follower } = cluster
    // The followers' disks and links are too slow for an answer before the client is back.
    cluster.inject(
      [{ lever: 'delay', id: 'slow', from: [follower], to: MEMBERS, extraMicros: 50_000 }],
      [{ lever: 'unlink', id: 'slow' }],
    )
    cluster.ask(follower, 1, op)
    cluster.run(0.005)
    cluster.crash('client', 1_000)
    cluster.run(0.005)
    cluster.ask(follower, 1, put('/new', 2))
    cluster.run(2)
    const answers = cluster.answers(1)
    expect(answers).toHaveLength(1)
    expect(answers[0]?.revision).toBe(cluster.member(follower).store.live.get('/new')?.modRevision)
  }
})

test('a restarted member answers nobody with what became of a command of its predecessor', () => {
  const cluster = new Cluster()
  const { follower } = cluster
  // Its proposal gets to the leader, and the crash comes before anything comes back.
  cluster.ask(follower, 1, put('/old', 1))
  cluster.run(0.0012)
  cluster.crash(follower, 0)
  cluster.inject(
    [{ lever: 'delay', id: 'slow', from: [follower], to: MEMBERS, extraMicros: 30_000 }],
    [{ lever: 'unlink', id: 'slow' }],
  )
  cluster.run(0.01)
  cluster.ask(follower, 2, put('/new', 2))
  cluster.run(5)
  const written = cluster.member(follower).store.live.get('/new')
  for (const answer of cluster.answers(2))
    if (answer.error === null) expect(answer.revision).toBe(written?.modRevision)
  expect(cluster.answers(2)).toHaveLength(1)
})

test('every change of the store is told once by each member, across crashes', () => {
  const cluster = new Cluster()
  for (let n = 1; n <= 20; n++) {
    cluster.ask(cluster.leader || 'etcd-1', n, put(`/k/${n}`, n))
    if (n % 4 === 0) cluster.crash(MEMBERS[n % 3] ?? '', 300_000)
    cluster.run(n % 4 === 0 ? 3 : 0.002)
  }
  cluster.run(5)
  for (const member of MEMBERS) {
    const told = cluster.events.flatMap((event) =>
      event.type === 'storage' && 'revision' in event && event.process === member ? [event.revision] : [],
    )
    expect(new Set(told).size).toBe(told.length)
    expect(told).toEqual([...told].sort((a, b) => a - b))
    expect(told.at(-1)).toBe(cluster.member(member).store.revision)
  }
})

test('a watch on a member that catches up by snapshot goes on without a gap and without waiting for a write', {
  timeout: 120_000,
}, () => {
  const cluster = new Cluster()
  const { leader, follower } = cluster
  cluster.ask(leader, 1, put('/w/first', 1))
  cluster.run(0.5)
  cluster.send(follower, {
    type: 'etcd-watch-create',
    id: 7,
    key: '/w/',
    end: '/w0',
    startRevision: 2,
  } as Message)
  cluster.run(0.5)
  const cut = cluster.isolate(follower)
  cluster.run(0.1)
  const revision = cluster.member(leader).store.revision
  for (let n = 0; n < 10_100; n++) {
    cluster.ask(leader, 1_000 + n, put(n % 500 === 0 ? `/w/${n}` : `/n/${n % 50}`, n))
    if (n % 100 === 0) cluster.run(0.02)
  }
  cluster.run(1)
  expect(cluster.member(leader).raft.log.snapshot?.index ?? 0).toBeGreaterThan(revision)
  // A watch without a leader is ended after 3 s; this one is opened again, as its client would.
  cluster.send(follower, {
    type: 'etcd-watch-create',
    id: 8,
    key: '/w/',
    end: '/w0',
    startRevision: 3,
  } as Message)
  cluster.kernel.heal(cut)
  cluster.run(3)
  const seen = cluster.client.watched
    .filter(({ id }) => id === 8)
    .flatMap(({ events }) => events.map(({ kv }) => kv.key))
  expect(seen).toEqual(Array.from({ length: 21 }, (_, index) => `/w/${index * 500}`))
})

test('what a member acknowledged before it lost its disk counts no more, however late it arrives', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const cluster = new Cluster(seed)
    const lost = cluster.follower
    const others = MEMBERS.filter((other) => other !== lost)
    const id = 'late'
    cluster.inject(
      [{ lever: 'reorder', id, from: [lost], to: others, spreadMicros: 4_000_000 }],
      [{ lever: 'unlink', id }],
    )
    for (let i = 0; i < 40; i++) {
      cluster.ask(cluster.leader, i + 1, put(`/late/${i}`, i))
      cluster.run(0.1)
    }
    const process = processId(lost)
    cluster.inject(
      [
        { lever: 'crash', process, reason: 'disk lost', restartAfterMicros: 300_000 },
        { lever: 'lose-disk', process },
      ],
      [],
    )
    // An acknowledgement that is taken for the new member's has its leader commit what the member does not have.
    cluster.run(12)
    expect(cluster.member(lost).store.revision).toBe(41)
  }
})
