// Plays a written conversation between members: commands, and below each what the members did and said.
// The form follows etcd/raft's interaction tests; the commands are listed in `testdata/README.md`.
import { assert } from '../../kernel/assert.ts'
import { describeEntry, describeMessage } from './describe-message.ts'
import { lastIndex } from './log.ts'
import { memberId } from './messages.ts'
import {
  campaign,
  propose,
  readIndex,
  reportSnapshot,
  reportUnreachable,
  tick,
  transferLeader,
} from './raft.ts'
import type { Ready } from './ready.ts'
import type { RaftOptions } from './state.ts'
import type { TrialCluster, TrialMember } from './trial-cluster.ts'
import {
  act,
  crash,
  createTrialCluster,
  deliver,
  finishAllWork,
  memberOf,
  restart,
  takeMemberSnapshot,
} from './trial-cluster.ts'

const divider = '----'

/** The same conversation with the output that its commands have now. */
export function playConversation(text: string): string {
  const stage: Stage = { cluster: null, lines: [] }
  const blocks = text.trim().split(/\n\n+/)
  const played = blocks.map((block) => {
    const head = block.split('\n')
    const end = head.indexOf(divider)
    const commands = end < 0 ? head : head.slice(0, end)
    if (commands.every((line) => line.startsWith('#'))) return commands.join('\n')
    stage.lines = []
    for (const line of commands) if (!line.startsWith('#')) perform(stage, line)
    const output = stage.lines.length === 0 ? ['ok'] : stage.lines
    return [...commands, divider, ...output].join('\n')
  })
  return `${played.join('\n\n')}\n`
}

interface Stage {
  cluster: TrialCluster | null
  lines: string[]
}

type Command = (cluster: TrialCluster, words: readonly string[], say: (line: string) => void) => void

function perform(stage: Stage, line: string): void {
  const words = line.split(' ')
  if (words[0] === 'quiet') {
    const { lines } = stage
    stage.lines = []
    perform(stage, words.slice(1).join(' '))
    stage.lines = lines
    return
  }
  const [name = '', ...rest] = words
  if (name === 'cluster') {
    stage.cluster = startCluster(stage, rest)
  } else {
    const command = commands[name]
    assert(command !== undefined, `no command ${name}`)
    assert(stage.cluster !== null, 'a conversation begins with `cluster`')
    command(stage.cluster, rest, (text) => stage.lines.push(text))
  }
  if (stage.cluster !== null) finishAllWork(stage.cluster)
}

function startCluster(stage: Stage, [count = '3', ...flags]: readonly string[]): TrialCluster {
  const options: Partial<RaftOptions> = {
    ...(flags.includes('no-pre-vote') && { preVote: false }),
    ...(flags.includes('no-check-quorum') && { checkQuorum: false }),
    ...(flags.includes('single-entries') && { maxEntriesPerMessage: 1 }),
  }
  return createTrialCluster(Number(count), options, {
    begun: (member, work) => stage.lines.push(...describeBegun(member, work)),
    finished: (member, work) => stage.lines.push(...describeFinished(member, work)),
    violation: (text) => assert(false, text),
  })
}

function describeBegun(
  { id }: TrialMember,
  { softState, hardState, snapshot, entries, messages, mustSync }: Ready,
): string[] {
  const lines: string[] = []
  if (softState !== null) lines.push(`${id} is ${softState.role}, leader ${softState.leader ?? 'none'}`)
  for (const m of messages) lines.push(`  ${describeMessage(m)}`)
  if (mustSync) {
    const parts = [
      ...(hardState === null
        ? []
        : [`term=${hardState.term} vote=${hardState.vote ?? 'none'} commit=${hardState.commit}`]),
      ...(snapshot === null ? [] : [`snapshot=${snapshot.term}/${snapshot.index}`]),
      ...(entries.length === 0 ? [] : [`[${entries.map(describeEntry).join(' ')}]`]),
    ]
    lines.push(`${id} writes ${parts.join(' ')}`)
  }
  return lines
}

function describeFinished({ id }: TrialMember, work: Ready): string[] {
  const { snapshot, messagesAfterPersist, committedEntries, readStates } = work
  const lines = messagesAfterPersist.map((m) => `  ${describeMessage(m)}`)
  if (snapshot !== null) lines.push(`${id} restores ${snapshot.term}/${snapshot.index}`)
  if (committedEntries.length > 0)
    lines.push(`${id} applies [${committedEntries.map(describeEntry).join(' ')}]`)
  for (const { context, index } of readStates) lines.push(`${id} may serve read ${context} at ${index}`)
  return lines
}

const commands: Readonly<Record<string, Command>> = {
  campaign: (cluster, [id = '']) => act(cluster, memberOf(cluster, id), campaign),
  tick: (cluster, [who = '', times = '1']) => {
    const members = who === 'all' ? cluster.members : [memberOf(cluster, who)]
    for (let i = 0; i < Number(times); i++) tickMembers(cluster, members)
  },
  run: (cluster, [rounds = '1']) => {
    for (let i = 0; i < Number(rounds); i++) {
      tickMembers(cluster, cluster.members)
      stabilize(cluster)
    }
  },
  propose: (cluster, [id = '', ...data], say) =>
    act(cluster, memberOf(cluster, id), (raft) => {
      if (propose(raft, data) === 'dropped') say('dropped')
    }),
  read: (cluster, [id = '', context = ''], say) =>
    act(cluster, memberOf(cluster, id), (raft) => {
      if (readIndex(raft, context) === 'dropped') say('dropped')
    }),
  transfer: (cluster, [id = '', to = ''], say) =>
    act(cluster, memberOf(cluster, id), (raft) => {
      if (transferLeader(raft, memberId(to)) === 'dropped') say('dropped')
    }),
  unreachable: (cluster, [id = '', peer = '']) =>
    act(cluster, memberOf(cluster, id), (raft) => reportUnreachable(raft, memberId(peer))),
  'snapshot-status': (cluster, [id = '', peer = '', how = '']) =>
    act(cluster, memberOf(cluster, id), (raft) => reportSnapshot(raft, memberId(peer), how === 'failed')),
  deliver: (cluster, words) => {
    for (let left = matching(cluster, words).length; left > 0; left--) {
      deliver(cluster, matching(cluster, words)[0] ?? -1)
      finishAllWork(cluster)
    }
  },
  drop: (cluster, words, say) => {
    const positions = matching(cluster, words)
    for (const position of positions) {
      const lost = cluster.inTransit[position]
      if (lost !== undefined) say(`lost: ${describeMessage(lost)}`)
    }
    cluster.inTransit = cluster.inTransit.filter((_, i) => !positions.includes(i))
  },
  reorder: (cluster, words) => {
    const positions = matching(cluster, words)
    const turned = positions.map((position) => cluster.inTransit[position]).reverse()
    cluster.inTransit = cluster.inTransit.map((m, i) => turned[positions.indexOf(i)] ?? m)
  },
  stabilize,
  partition: (cluster, words) => {
    const groups = words
      .join(' ')
      .split('|')
      .map((group) => group.trim().split(' '))
    for (const a of cluster.members) {
      for (const b of cluster.members) {
        const together = groups.some((group) => group.includes(a.id) && group.includes(b.id))
        if (!together) cluster.cut.add(`${a.id}->${b.id}`)
      }
    }
  },
  cut: (cluster, ways) => {
    for (const way of ways) cluster.cut.add(way)
  },
  heal: (cluster) => cluster.cut.clear(),
  crash: (cluster, ids) => {
    for (const id of ids) crash(memberOf(cluster, id))
  },
  restart: (cluster, ids, say) => {
    for (const id of ids) {
      const member = memberOf(cluster, id)
      restart(cluster, member)
      if (member.raft !== null) say(describeMember(member))
      act(cluster, member, () => undefined)
    }
  },
  'stall-disk': (cluster, [id = '']) => {
    memberOf(cluster, id).stalled = true
  },
  'resume-disk': (cluster, [id = '']) => {
    memberOf(cluster, id).stalled = false
  },
  snapshot: (cluster, [id = '', keep = '0'], say) => {
    const index = takeMemberSnapshot(memberOf(cluster, id), Number(keep))
    say(index === null ? 'nothing new' : `${id} has a snapshot at ${index}`)
  },
  status: (cluster, _words, say) => {
    for (const member of cluster.members) say(describeMember(member))
  },
  progress: (cluster, [id = ''], say) => {
    const { raft } = memberOf(cluster, id)
    for (const peer of raft?.members ?? []) {
      const pr = raft?.progress[peer]
      if (pr === undefined || peer === id) continue
      const marks = [
        ...(pr.paused ? ['paused'] : []),
        ...(pr.recentActive ? [] : ['inactive']),
        ...(pr.pendingSnapshot > 0 ? [`snapshot=${pr.pendingSnapshot}`] : []),
        ...(pr.inflight.length > 0 ? [`inflight=${pr.inflight.length}`] : []),
      ]
      say([`${peer}: ${pr.state} match=${pr.match} next=${pr.next}`, ...marks].join(' '))
    }
  },
}

function tickMembers(cluster: TrialCluster, members: readonly TrialMember[]): void {
  for (const member of members) {
    // Member n of m draws (n-1)/m, so that time-outs are spread and known.
    const drawn = cluster.members.indexOf(member) / cluster.members.length
    act(cluster, member, (raft) => tick(raft, () => drawn))
    finishAllWork(cluster)
  }
}

function stabilize(cluster: TrialCluster): void {
  for (let rounds = 0; cluster.inTransit.length > 0; rounds++) {
    assert(rounds < 10_000, 'the members never stop talking')
    deliver(cluster, 0)
    finishAllWork(cluster)
  }
}

function matching(cluster: TrialCluster, [way, type]: readonly string[]): number[] {
  const positions: number[] = []
  cluster.inTransit.forEach((m, i) => {
    if ((way === undefined || way === `${m.from}->${m.to}`) && (type === undefined || type === m.type))
      positions.push(i)
  })
  return positions
}

function describeMember({ id, raft, machine }: TrialMember): string {
  if (raft === null) return `${id}: down`
  const { role, term, vote, leader, log } = raft
  const voted = `vote=${vote ?? 'none'} leader=${leader ?? 'none'}`
  const entries = [`${log.offsetTerm}/${log.offset}`, ...log.entries.map(describeEntry)].join(' ')
  return (
    `${id}: ${role} term=${term} ${voted} commit=${log.committed} applied=${log.applied} last=${lastIndex(log)}` +
    ` log=(${entries}) machine=(${machine.map(String).join(' ')})`
  )
}
