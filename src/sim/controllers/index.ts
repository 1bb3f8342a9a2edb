// The controllers of kube-controller-manager. Adding one is one file and one line here.
import { deploymentController } from './deployment/index.ts'
import { endpointSliceController } from './endpoint-slice/index.ts'
import { garbageCollector } from './garbage-collector/index.ts'
import { namespaceController } from './namespace/index.ts'
import { nodeIpamController } from './node-ipam.ts'
import { nodeLifecycleController } from './node-lifecycle/index.ts'
import { podGarbageCollector } from './pod-gc.ts'
import { replicaSetController } from './replica-set/index.ts'
import { rootCACertPublisher } from './root-ca-cert-publisher.ts'
import { registry } from './runtime/controller.ts'
import { controllerManagerOf } from './runtime/controller-manager.ts'
import { serviceAccountController } from './service-account.ts'
import { taintEvictionController } from './taint-eviction.ts'

export const controllers = registry([
  deploymentController,
  endpointSliceController,
  garbageCollector,
  namespaceController,
  nodeIpamController,
  nodeLifecycleController,
  podGarbageCollector,
  replicaSetController,
  rootCACertPublisher,
  serviceAccountController,
  taintEvictionController,
])

export const controllerManager = controllerManagerOf(controllers)
