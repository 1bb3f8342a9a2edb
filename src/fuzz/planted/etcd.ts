// Bugs in etcd's store and its watches.
import type { PlantedBug } from './planted-bug.ts'

export const etcdBugs: readonly PlantedBug[] = [
  {
    name: 'etcd-watch-skips-on-resume',
    about: 'A watch that is resumed from the past leaves out the first event that it was to send.',
    changes: [
      {
        file: 'src/sim/etcd/mvcc/watch.ts',
        find: "if (events.length > 0) batches.push({ kind: 'events', id, events, revision: hub.revision })",
        replace:
          "if (events.length > 1) batches.push({ kind: 'events', id, events: events.slice(1), revision: hub.revision })",
      },
    ],
    checks: ['etcd-watch'],
    seeds: 20,
  },
  {
    name: 'etcd-watch-survives-compaction',
    about:
      'A watch whose place was compacted away goes on from the compaction instead of being told. Compaction comes more often.',
    changes: [
      {
        file: 'src/sim/etcd/mvcc/watch.ts',
        find: "      removeWatcher(hub, id)\n      batches.push({ kind: 'compacted', id, compactRevision: store.compactRevision })\n      continue\n",
        replace: '      watcher.nextRevision = store.compactRevision\n',
      },
      {
        file: 'src/sim/apiserver/server.ts',
        find: 'const COMPACTION_MICROS = minutes(5)',
        replace: 'const COMPACTION_MICROS = minutes(0.02)',
      },
    ],
    checks: ['etcd-watch'],
    profile: 'raft',
    seeds: 100,
  },
  {
    name: 'etcd-compares-loosely',
    about: 'A transaction that names the revision it rests on succeeds on a later one too: updates are lost.',
    changes: [
      {
        file: 'src/sim/etcd/mvcc/txn.ts',
        find: "    case '=':\n      return actual === value\n",
        replace: "    case '=':\n      return value === 0 ? actual === value : actual >= value\n",
      },
    ],
    checks: ['etcd-linearizable', 'api-no-lost-update'],
    seeds: 5,
  },
  {
    name: 'etcd-reuses-revisions',
    about: 'A transaction that deletes does not use up a revision: the next write has the same.',
    changes: [
      {
        file: 'src/sim/etcd/mvcc/store.ts',
        find: 'store.revision = Math.max(store.revision, newestRevision(store.history))',
        replace:
          "if (store.history.open.at(-1)?.type !== 'delete') store.revision = Math.max(store.revision, newestRevision(store.history))",
      },
    ],
    checks: ['etcd-linearizable'],
    seeds: 5,
  },
]
