// Objects for tests of controllers, as the apiserver would return them.
import type {
  Deployment,
  Lease,
  LeaseSpec,
  Node,
  Pod,
  PodSpec,
  PodStatus,
  ReplicaSet,
  Service,
  ServiceSpec,
} from '../../api/objects.ts'
import { asResourceVersion, asUid } from '../../api/objects.ts'
import { formatTime } from '../../api/time.ts'

const metaOf = (name: string) => ({
  name,
  namespace: 'default',
  uid: asUid(`uid-of-${name}`),
  resourceVersion: asResourceVersion('1'),
  creationTimestamp: formatTime(0),
})

const TEMPLATE = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'nginx' }] },
}

class PodBuilder {
  private pod: Pod

  constructor(name: string) {
    this.pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metaOf(name), labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'nginx' }] },
      status: { phase: 'Pending' },
    }
  }

  meta(part: Partial<Pod['metadata']>): this {
    this.pod = { ...this.pod, metadata: { ...this.pod.metadata, ...part } }
    return this
  }

  annotation(name: string, value: string): this {
    return this.meta({ annotations: { [name]: value } })
  }

  spec(part: Partial<PodSpec>): this {
    this.pod = { ...this.pod, spec: { ...this.pod.spec, ...part } }
    return this
  }

  status(part: Partial<PodStatus>): this {
    this.pod = { ...this.pod, status: { ...this.pod.status, ...part } }
    return this
  }

  onNode(nodeName: string): this {
    return this.spec({ nodeName })
  }

  running(ready = true): this {
    const status = ready ? 'True' : 'False'
    return this.status({
      phase: 'Running',
      conditions: [{ type: 'Ready', status, lastTransitionTime: formatTime(0) }],
    })
  }

  build(): Pod {
    return this.pod
  }
}

export const makePod = (name: string): PodBuilder => new PodBuilder(name)

class ReplicaSetBuilder {
  private replicaSet: ReplicaSet

  constructor(name: string) {
    this.replicaSet = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: metaOf(name),
      spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: TEMPLATE },
      status: { replicas: 0 },
    }
  }

  replicas(replicas: number): this {
    return this.spec({ replicas })
  }

  meta(part: Partial<ReplicaSet['metadata']>): this {
    this.replicaSet = { ...this.replicaSet, metadata: { ...this.replicaSet.metadata, ...part } }
    return this
  }

  spec(part: Partial<ReplicaSet['spec']>): this {
    this.replicaSet = { ...this.replicaSet, spec: { ...this.replicaSet.spec, ...part } }
    return this
  }

  status(part: Partial<ReplicaSet['status']>): this {
    this.replicaSet = { ...this.replicaSet, status: { ...this.replicaSet.status, ...part } }
    return this
  }

  build(): ReplicaSet {
    return this.replicaSet
  }
}

export const makeReplicaSet = (name: string): ReplicaSetBuilder => new ReplicaSetBuilder(name)

class DeploymentBuilder {
  private deployment: Deployment

  constructor(name: string) {
    this.deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...metaOf(name), generation: 1 },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'web' } },
        template: TEMPLATE,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
      },
      status: {},
    }
  }

  replicas(replicas: number): this {
    return this.spec({ replicas })
  }

  spec(part: Partial<Deployment['spec']>): this {
    this.deployment = { ...this.deployment, spec: { ...this.deployment.spec, ...part } }
    return this
  }

  image(image: string): this {
    return this.spec({ template: { ...TEMPLATE, spec: { containers: [{ name: 'web', image }] } } })
  }

  build(): Deployment {
    return this.deployment
  }
}

export const makeDeployment = (name: string): DeploymentBuilder => new DeploymentBuilder(name)

export function makeNode(name: string, part: Partial<Node> = {}): Node {
  const { namespace: _namespace, ...metadata } = metaOf(name)
  return { apiVersion: 'v1', kind: 'Node', metadata, spec: {}, status: {}, ...part }
}

export const makeLease = (name: string, namespace: string, spec: LeaseSpec): Lease => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { ...metaOf(name), namespace },
  spec,
})

export const makeService = (name: string, spec: ServiceSpec): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metaOf(name),
  spec,
  status: {},
})
