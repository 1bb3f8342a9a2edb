// The checks, in the order in which they are shown: from the bottom of the cluster up. To add one: a file and a line.

import { apiDeletion } from './api-deletion.ts'
import { apiNoLostUpdate } from './api-no-lost-update.ts'
import { apiQuiet } from './api-quiet.ts'
import { apiWatch } from './api-watch.ts'
import type { Check } from './check.ts'
import { desiredState } from './desired-state.ts'
import { endpointsAgree } from './endpoints-agree.ts'
import { etcdDurable } from './etcd-durable.ts'
import { etcdLinearizable } from './etcd-linearizable.ts'
import { etcdWatch } from './etcd-watch.ts'
import { hostPortsFree } from './host-ports-free.ts'
import { informersConverge } from './informers-converge.ts'
import { noOrphans } from './no-orphans.ts'
import { nodeNotOvercommitted } from './node-not-overcommitted.ts'
import { podAddressesUnique } from './pod-addresses-unique.ts'
import { podBoundOnce } from './pod-bound-once.ts'
import { podRunsOnce } from './pod-runs-once.ts'
import { raftElectionSafety } from './raft-election-safety.ts'
import { raftLeaderAppendOnly } from './raft-leader-append-only.ts'
import { raftLeaderCompleteness } from './raft-leader-completeness.ts'
import { raftLogMatching } from './raft-log-matching.ts'
import { raftStateMachineSafety } from './raft-state-machine-safety.ts'
import { replicaCounts } from './replica-counts.ts'
import { replicasNotExceeded } from './replicas-not-exceeded.ts'
import { rolloutLimits } from './rollout-limits.ts'
import { Suite } from './suite.ts'
import { terminatingNotReady } from './terminating-not-ready.ts'
import { uidsUnique } from './uids-unique.ts'

export type { Check, Violation } from './check.ts'

export const checks: readonly Check[] = [
  raftElectionSafety,
  raftLeaderAppendOnly,
  raftLogMatching,
  raftLeaderCompleteness,
  raftStateMachineSafety,
  etcdDurable,
  etcdLinearizable,
  etcdWatch,
  apiWatch,
  apiNoLostUpdate,
  apiDeletion,
  podBoundOnce,
  podRunsOnce,
  podAddressesUnique,
  hostPortsFree,
  nodeNotOvercommitted,
  uidsUnique,
  rolloutLimits,
  replicasNotExceeded,
  replicaCounts,
  noOrphans,
  terminatingNotReady,
  endpointsAgree,
  informersConverge,
  desiredState,
  apiQuiet,
]

/** The checks of one history: all, or those that are named. A name that does not exist is an error. */
export class CheckSuite extends Suite {
  constructor(names?: readonly string[]) {
    super(names === undefined ? checks : names.map(checkNamed))
  }
}

function checkNamed(name: string): Check {
  const found = checks.find((check) => check.name === name)
  if (found === undefined)
    throw new Error(`no check "${name}"; there are ${checks.map((check) => check.name).join(', ')}`)
  return found
}
