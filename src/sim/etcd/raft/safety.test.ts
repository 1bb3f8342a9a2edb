// Random campaigns: messages are lost, doubled and reordered, members crash in the middle of a write and logs are
// compacted, while a checker watches every step. Then all faults end, and the cluster must agree and go on.
// `RAFT_SEEDS` sets how many campaigns each variant has.
import { describe, expect, test } from 'vitest'
import { advanceStream, hashString, streamValue } from '../../kernel/random.ts'
import { propose, readIndex, reportSnapshot, reportUnreachable, tick, transferLeader } from './raft.ts'
import type { RaftOptions } from './state.ts'
import type { TrialCluster, TrialMember } from './trial-cluster.ts'
import {
  act,
  arrive,
  crash,
  createTrialCluster,
  deliver,
  finishAllWork,
  finishWork,
  restart,
  takeMemberSnapshot,
} from './trial-cluster.ts'

interface Campaign {
  readonly cluster: TrialCluster
  readonly random: () => number
  readonly violations: string[]
  /** For each read, what had been committed when it was asked. */
  readonly floors: Map<string, number>
  committed: number
  proposed: number
  served: number
  elections: number
  snapshots: number
}

function newCampaign(members: number, options: Partial<RaftOptions>, seed: number): Campaign {
  let stream = hashString(`${members}/${seed}`) | 0
  const violations: string[] = []
  const floors = new Map<string, number>()
  const campaign: Campaign = {
    cluster: createTrialCluster(members, options, {
      begun(_member, work) {
        if (work.softState?.role === 'leader') campaign.elections++
        if (work.snapshot !== null) campaign.snapshots++
      },
      finished(_member, work) {
        for (const { context, index } of work.readStates) {
          campaign.served++
          const floor = floors.get(context) ?? Number.POSITIVE_INFINITY
          if (index < floor) violations.push(`read ${context} was served at ${index}, before commit ${floor}`)
        }
      },
      violation: (text) => violations.push(text),
    }),
    random() {
      stream = advanceStream(stream)
      return streamValue(stream)
    },
    violations,
    floors,
    committed: 0,
    proposed: 0,
    served: 0,
    elections: 0,
    snapshots: 0,
  }
  return campaign
}

const below = ({ random }: Campaign, n: number): number => Math.floor(random() * n)
const anyMember = (c: Campaign): TrialMember => c.cluster.members[below(c, c.cluster.members.length)]!
const anyTransit = (c: Campaign): number => below(c, c.cluster.inTransit.length)

const actions: readonly (readonly [weight: number, act: (c: Campaign) => void])[] = [
  // Most messages arrive in order; without that nothing ever settles.
  [60, (c) => deliver(c.cluster, 0)],
  [40, (c) => deliver(c.cluster, anyTransit(c))],
  [60, (c) => finishWork(c.cluster, anyMember(c))],
  [14, (c) => act(c.cluster, anyMember(c), (raft) => tick(raft, c.random))],
  [10, (c) => act(c.cluster, anyMember(c), (raft) => propose(raft, payloads(c)))],
  [5, askRead],
  [4, double],
  [3, lose],
  [1.5, revive],
  [1, (c) => takeMemberSnapshot(anyMember(c), below(c, 4))],
  [0.5, (c) => crash(anyMember(c))],
  [0.5, (c) => act(c.cluster, anyMember(c), (raft) => transferLeader(raft, anyMember(c).id))],
  [0.5, (c) => act(c.cluster, anyMember(c), (raft) => reportUnreachable(raft, anyMember(c).id))],
  [0.5, cutWays],
  [0.5, (c) => c.cluster.cut.clear()],
]
const totalWeight = actions.reduce((sum, [weight]) => sum + weight, 0)

const payloads = (c: Campaign): string[] => Array.from({ length: 1 + below(c, 3) }, () => `p${++c.proposed}`)

function askRead(c: Campaign): void {
  const context = `r${c.floors.size}`
  c.floors.set(context, c.committed)
  act(c.cluster, anyMember(c), (raft) => readIndex(raft, context))
}

function double(c: Campaign): void {
  const message = c.cluster.inTransit[anyTransit(c)]
  if (message !== undefined) arrive(c.cluster, message)
}

function lose(c: Campaign): void {
  const [lost] = c.cluster.inTransit.splice(anyTransit(c), 1)
  if (lost?.type !== 'MsgSnap') return
  const sender = c.cluster.members.find(({ id }) => id === lost.from)
  act(c.cluster, sender!, (raft) => reportSnapshot(raft, lost.to, true))
}

function revive(c: Campaign): void {
  const member = anyMember(c)
  if (member.raft === null) restart(c.cluster, member)
}

function cutWays(c: Campaign): void {
  for (const { id } of c.cluster.members) if (c.random() < 0.4) c.cluster.cut.add(`${anyMember(c).id}->${id}`)
}

function rage(c: Campaign, steps: number): void {
  for (let i = 0; i < steps && c.violations.length === 0; i++) {
    let pick = c.random() * totalWeight
    for (const [weight, perform] of actions) {
      pick -= weight
      if (pick >= 0) continue
      perform(c)
      break
    }
    for (const { raft } of c.cluster.members) c.committed = Math.max(c.committed, raft?.log.committed ?? 0)
  }
}

function heal({ cluster }: Campaign): void {
  cluster.cut.clear()
  for (const member of cluster.members) if (member.raft === null) restart(cluster, member)
  // A host tells its leader of snapshots that did not arrive; here all under way are given up.
  cluster.inTransit = []
  for (const member of cluster.members) {
    act(cluster, member, (raft) => {
      for (const peer of raft.members) reportSnapshot(raft, peer, true)
    })
  }
}

function settle({ cluster, random }: Campaign, rounds: number): void {
  for (let i = 0; i < rounds; i++) {
    for (const member of cluster.members) act(cluster, member, (raft) => tick(raft, random))
    finishAllWork(cluster)
    for (let messages = 0; cluster.inTransit.length > 0; messages++) {
      expect(messages, 'a round of talk comes to an end').toBeLessThan(20_000)
      deliver(cluster, 0)
      finishAllWork(cluster)
    }
  }
}

const variants: [name: string, options: Partial<RaftOptions>][] = [
  ['defaults', {}],
  ['no pre-vote', { preVote: false }],
  ['no check-quorum', { preVote: false, checkQuorum: false }],
  ['small windows', { maxEntriesPerMessage: 1, maxInflightMessages: 2 }],
]

describe.each([1, 3, 5, 7])('%i members', (members) => {
  test.each(variants)('%s: safe under faults, live after them', (_name, options) => {
    const seeds = Number(process.env.RAFT_SEEDS ?? 6)
    const sums = { committed: 0, elections: 0, served: 0, snapshots: 0 }
    for (let seed = 1; seed <= seeds; seed++) {
      const c = newCampaign(members, options, seed)
      rage(c, 3000 * members)
      heal(c)
      settle(c, 200)
      act(c.cluster, c.cluster.members[0]!, (raft) => propose(raft, ['final']))
      settle(c, 20)

      expect(c.violations, `seed ${seed}`).toEqual([])
      const machines = c.cluster.members.map(({ machine }) => machine.join(' '))
      expect(new Set(machines).size, `seed ${seed}: all machines agree`).toBe(1)
      expect(machines[0], `seed ${seed}: the cluster goes on`).toMatch(/final$/)
      sums.committed += c.committed
      sums.elections += c.elections
      sums.served += c.served
      sums.snapshots += c.snapshots
    }
    // A campaign is worth something only when the cluster lived through it.
    expect(sums.committed).toBeGreaterThan(seeds * 20)
    expect(sums.elections).toBeGreaterThan(seeds)
    expect(sums.served).toBeGreaterThan(0)
    if (members > 1) expect(sums.snapshots).toBeGreaterThan(0)
  })
})
