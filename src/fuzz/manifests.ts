// The objects that stories create, with random but sensible fields. Everything that they ask for the cluster can give:
// a story whose Pods can never run would say nothing about convergence.
import { stringify } from 'yaml'
import type { Random } from './random.ts'
import type { Deed } from './story.ts'

export type Flavour =
  | 'probes'
  | 'init-containers'
  | 'grace'
  | 'requests'
  | 'strategy'
  | 'host-port'
  | 'slow-start'
  | 'heavy'

export const FLAVOURS: readonly Flavour[] = [
  'probes',
  'init-containers',
  'grace',
  'requests',
  'strategy',
  'host-port',
  'slow-start',
  'heavy',
]

const SERVERS = ['nginx:1.29', 'nginx:1.28', 'httpd:2.4', 'redis:8', 'registry.example/shop/cart:v1'] as const

export const chooseImage = (random: Random): string => random.pick(SERVERS)

/** What all Pods of a kind of workload share; the flavours say which features this story uses at all. */
function podSpec(random: Random, flavours: readonly Flavour[], cpuMilli: number): object {
  const has = (flavour: Flavour): boolean => flavours.includes(flavour) && random.chance(0.5)
  const spec: Record<string, unknown> = {}
  if (has('grace')) spec.terminationGracePeriodSeconds = random.pick([0, 1, 5, 30, 45] as const)
  if (has('init-containers'))
    spec.initContainers = [
      { name: 'prepare', image: 'busybox:1.37', command: ['sleep', String(random.integer(0, 4))] },
    ]
  const container: Record<string, unknown> = {
    name: 'main',
    image: chooseImage(random),
    ports: [{ containerPort: 80, ...(has('host-port') ? { hostPort: random.integer(8080, 8082) } : {}) }],
  }
  if (has('requests') || flavours.includes('heavy'))
    container.resources = { requests: { cpu: `${cpuMilli}m`, memory: `${random.integer(1, 8) * 16}Mi` } }
  if (has('probes'))
    container.readinessProbe = {
      tcpSocket: { port: 80 },
      periodSeconds: random.integer(1, 5),
      initialDelaySeconds: random.integer(0, 3),
    }
  return { ...spec, containers: [container] }
}

const template = (random: Random, app: string, flavours: readonly Flavour[], cpuMilli: number): object => ({
  metadata: {
    labels: { app },
    ...(flavours.includes('slow-start') && random.chance(0.5)
      ? { annotations: { 'vitrine.sim/start-seconds': String(random.integer(1, 8)) } }
      : {}),
  },
  spec: podSpec(random, flavours, cpuMilli),
})

function rollingUpdate(random: Random): object {
  const maxSurge = random.pick([0, 1, 2, '25%', '50%'] as const)
  const maxUnavailable =
    maxSurge === 0 ? random.pick([1, 2] as const) : random.pick([0, 1, '25%', '50%'] as const)
  return { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } }
}

export interface Size {
  readonly replicas: number
  readonly cpuMilli: number
}

export function deployment(
  random: Random,
  name: string,
  flavours: readonly Flavour[],
  size: Size,
  isRecreated: boolean,
): object {
  const strategy = isRecreated ? { type: 'Recreate' } : rollingUpdate(random)
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: size.replicas,
      selector: { matchLabels: { app: name } },
      ...(flavours.includes('strategy') ? { strategy } : {}),
      ...(random.chance(0.2) ? { minReadySeconds: random.integer(1, 5) } : {}),
      ...(random.chance(0.2) ? { revisionHistoryLimit: random.integer(0, 2) } : {}),
      template: template(random, name, without(flavours, 'host-port'), size.cpuMilli),
    },
  }
}

export function replicaSet(random: Random, name: string, flavours: readonly Flavour[], size: Size): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name },
    spec: {
      replicas: size.replicas,
      selector: { matchLabels: { app: name } },
      template: template(random, name, without(flavours, 'host-port'), size.cpuMilli),
    },
  }
}

export function pod(random: Random, name: string, flavours: readonly Flavour[], cpuMilli: number): object {
  const metadata = { name, labels: { app: name } }
  if (random.chance(0.3)) {
    const line = random.pick(['true', 'sleep 3', 'sleep 20; exit 1'] as const)
    const containers = [{ name: 'main', image: 'busybox:1.37', command: ['sh', '-c', line] }]
    return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { restartPolicy: 'Never', containers } }
  }
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: podSpec(random, flavours, cpuMilli) }
}

export function service(name: string, app: string, random: Random): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: {
      selector: { app },
      ports: [{ port: 80 }],
      ...(random.chance(0.2) ? { clusterIP: 'None' } : random.chance(0.3) ? { type: 'NodePort' } : {}),
    },
  }
}

export const configMap = (name: string, value: number, finalizers: readonly string[]): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...(finalizers.length > 0 ? { finalizers } : {}) },
  data: { value: String(value) },
})

/** `kubectl VERB -f FILE` with one object. */
export function withFile(verb: string, name: string, object: object): Deed {
  const file = `${name}.yaml`
  return { kubectl: `${verb} -f ${file}`, files: { [file]: stringify(object) } }
}

const without = (flavours: readonly Flavour[], one: Flavour): readonly Flavour[] =>
  flavours.filter((flavour) => flavour !== one)
