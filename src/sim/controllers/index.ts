// The controllers of kube-controller-manager. Adding one is one file and one line here.

import { deploymentController } from './deployment/index.ts'
import { replicaSetController } from './replica-set/index.ts'
import { registry } from './runtime/controller.ts'
import { controllerManagerOf } from './runtime/controller-manager.ts'

export const controllers = registry([deploymentController, replicaSetController])

export const controllerManager = controllerManagerOf(controllers)

export type { ControllerManagerConfig, ControllerManagerState } from './runtime/controller-manager.ts'
