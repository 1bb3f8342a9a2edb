// The kinds that the apiserver serves, in the order of discovery. One line a kind; a duplicate throws.
import { configMapKind } from './config-map.ts'
import { deploymentKind } from './deployment.ts'
import { endpointSliceKind } from './endpoint-slice.ts'
import { eventKind } from './event.ts'
import { leaseKind } from './lease.ts'
import { namespaceKind } from './namespace.ts'
import { nodeKind } from './node.ts'
import { podKind } from './pod.ts'
import { replicaSetKind } from './replica-set.ts'
import { createKindRegistry } from './runtime/registry.ts'
import { secretKind } from './secret.ts'
import { serviceKind } from './service.ts'
import { serviceAccountKind } from './service-account.ts'

export const KINDS = createKindRegistry([
  configMapKind,
  eventKind,
  namespaceKind,
  nodeKind,
  podKind,
  secretKind,
  serviceKind,
  serviceAccountKind,
  deploymentKind,
  replicaSetKind,
  leaseKind,
  endpointSliceKind,
])
