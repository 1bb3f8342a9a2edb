// Bugs in Raft: each takes away one of the rules on which its safety rests.
import type { PlantedBug } from './planted-bug.ts'

const raft = 'src/sim/etcd/raft'

export const raftBugs: readonly PlantedBug[] = [
  {
    name: 'raft-votes-without-log-check',
    about:
      'A member votes for candidates whose log is older than its own, so that a leader may lack what is committed.',
    changes: [
      {
        file: `${raft}/election.ts`,
        find: 'if (!canVote || !isUpToDate(r.log, m.index, m.logTerm)) {',
        replace: 'if (!canVote) {',
      },
    ],
    checks: ['raft-election-safety', 'raft-leader-completeness', 'invariant'],
    profile: 'raft',
    seeds: 30,
  },
  {
    name: 'raft-commits-older-terms',
    about:
      'A new leader counts what its majority holds of older terms as committed, before an entry of its own is (figure 8).',
    changes: [
      {
        file: `${raft}/role.ts`,
        find: '  appendPayloads(r, [null])\n',
        replace: '  r.log.committed = r.log.stable\n  appendPayloads(r, [null])\n',
      },
    ],
    checks: ['raft-leader-completeness'],
    profile: 'raft',
    seeds: 20,
  },
  {
    name: 'raft-forgets-its-vote',
    about: 'The vote is not written to disk: a member that restarts may vote twice in a term.',
    changes: [
      {
        file: `${raft}/disk.ts`,
        find: 'if (hardState !== null) disk.hardState = hardState',
        replace: 'if (hardState !== null) disk.hardState = Object.freeze({ ...hardState, vote: null })',
      },
    ],
    checks: ['raft-election-safety'],
    profile: 'raft',
    seeds: 20,
  },
  {
    name: 'raft-minority-decides',
    about: 'The quorum is rounded down: half of the members elect leaders and commit.',
    changes: [
      {
        file: `${raft}/state.ts`,
        find: 'Math.floor(memberCount / 2) + 1',
        replace: 'Math.floor((memberCount + 1) / 2)',
      },
      {
        file: `${raft}/state.ts`,
        find: 'if (value > highest && countOf(r, value, reached) >= quorum) highest = value',
        replace:
          'if (value > highest && countOf(r, value, reached) >= Math.max(1, quorum - 1)) highest = value',
      },
    ],
    checks: [
      'raft-leader-completeness',
      'raft-state-machine-safety',
      'raft-election-safety',
      'etcd-durable',
      'invariant',
    ],
    profile: 'raft',
    seeds: 20,
  },
  {
    name: 'raft-follower-reads-alone',
    about:
      'A follower answers reads by what it knows itself, without asking the leader, so that they may be stale.',
    changes: [
      {
        file: `${raft}/step.ts`,
        find: "      if (r.leader === null) return 'dropped'\n",
        replace:
          "      if (m.type === 'MsgReadIndex') {\n        r.readStates.push({ index: r.log.committed, context: m.context })\n        return 'ok'\n      }\n      if (r.leader === null) return 'dropped'\n",
      },
    ],
    checks: ['etcd-linearizable'],
    profile: 'raft',
    seeds: 30,
  },
  {
    name: 'raft-acknowledges-before-disk',
    about: 'A follower acknowledges entries before they are on its disk, and loses them in a crash.',
    changes: [
      {
        file: `${raft}/send.ts`,
        find: "    case 'MsgProp':\n",
        replace:
          "    case 'MsgAppResp':\n      if (message.to === r.id) r.messagesAfterPersist.push(message)\n      else r.messages.push(message)\n      return\n    case 'MsgProp':\n",
      },
    ],
    checks: [
      'raft-leader-completeness',
      'raft-log-matching',
      'raft-state-machine-safety',
      'etcd-durable',
      'etcd-linearizable',
      'uids-unique',
      'invariant',
    ],
    profile: 'raft',
    seeds: 100,
  },
  {
    name: 'raft-old-append-cuts-log',
    about:
      'A follower takes every append as it comes, so that an old and short one cuts off what followed it.',
    changes: [
      {
        file: `${raft}/log.ts`,
        find: 'if (conflict >= 0) append(log, conflict === 0 ? entries : entries.slice(conflict))',
        replace: 'if (entries.length > 0) append(log, entries)',
      },
    ],
    checks: ['raft-leader-completeness', 'etcd-durable', 'invariant'],
    profile: 'raft',
    seeds: 20,
  },
]
