// Every planted bug. The table says what must be found: a checker that never fails proves nothing.
import { apiBugs } from './api.ts'
import { controllerBugs } from './controllers.ts'
import { etcdBugs } from './etcd.ts'
import { nodeBugs } from './node.ts'
import type { PlantedBug } from './planted-bug.ts'
import { raftBugs } from './raft.ts'

export type { PlantedBug } from './planted-bug.ts'

export const plantedBugs: readonly PlantedBug[] = [
  ...raftBugs,
  ...etcdBugs,
  ...apiBugs,
  ...controllerBugs,
  ...nodeBugs,
]
