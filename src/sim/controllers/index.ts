// The controllers of kube-controller-manager. Adding one is one file and one line here.
import type { KubeObject } from '../api/objects.ts'
import type { ResourceRef } from '../api/resources.ts'
import { deploymentController } from './deployment/index.ts'
import { endpointSliceController } from './endpoint-slice/index.ts'
import { garbageCollectorOf } from './garbage-collector/index.ts'
import { namespaceController } from './namespace/index.ts'
import { nodeIpamController } from './node-ipam.ts'
import { nodeLifecycleController } from './node-lifecycle/index.ts'
import { podGarbageCollector } from './pod-gc.ts'
import { replicaSetController } from './replica-set/index.ts'
import { rootCACertPublisher } from './root-ca-cert-publisher.ts'
import type { Controller } from './runtime/controller.ts'
import { registry } from './runtime/controller.ts'
import { controllerManagerOf } from './runtime/controller-manager.ts'
import { serviceAccountController } from './service-account.ts'
import { taintEvictionController } from './taint-eviction.ts'

/** @param served every kind that the apiserver serves: what has owners is collected, whatever it is */
export const controllersFor = (served: readonly ResourceRef<KubeObject>[]): readonly Controller[] =>
  registry([
    deploymentController,
    endpointSliceController,
    garbageCollectorOf(served),
    namespaceController,
    nodeIpamController,
    nodeLifecycleController,
    podGarbageCollector,
    replicaSetController,
    rootCACertPublisher,
    serviceAccountController,
    taintEvictionController,
  ])

export const controllerManagerFor = (
  served: readonly ResourceRef<KubeObject>[],
): ReturnType<typeof controllerManagerOf> => controllerManagerOf(controllersFor(served))
