// What the user of a story does with kubectl: one action of the table after the other, on a few names that come back, so
// that objects are created, changed, deleted and created again while faults strike.
import type { Flavour, Size } from './manifests.ts'
import { chooseImage, configMap, deployment, pod, replicaSet, service, withFile } from './manifests.ts'
import type { Random } from './random.ts'
import type { Deed, Topology } from './story.ts'

export interface Workload {
  readonly random: Random
  readonly topology: Topology
  readonly flavours: readonly Flavour[]
  /**
   * Deployments that are recreated instead of rolled. A Deployment keeps its strategy: one that is changed to Recreate
   * and scaled in the middle of a rollout stands still for ever, here as in Kubernetes.
   */
  readonly recreated: readonly string[]
  /** Deployments that were created and not deleted, as far as the user knows. */
  readonly deployments: Set<string>
  readonly replicaSets: Set<string>
  readonly pods: Set<string>
  readonly configMaps: Set<string>
  readonly services: Set<string>
}

type Action = (workload: Workload) => Deed | undefined

const DEPLOYMENTS = ['web', 'api', 'db'] as const
const REPLICA_SETS = ['front', 'back'] as const
export const PODS = ['solo', 'tool', 'probe'] as const
const CONFIG_MAPS = ['settings', 'flags'] as const

/** How often each is done, by name. */
const ACTIONS: Readonly<Record<string, { readonly weight: number; readonly act: Action }>> = {
  'create-deployment': { weight: 6, act: createDeployment },
  'change-deployment': { weight: 4, act: changeDeployment },
  'scale-deployment': { weight: 6, act: scaleDeployment },
  'delete-deployment': { weight: 2, act: deleteDeployment },
  'undo-rollout': { weight: 1, act: undoRollout },
  'break-rollout': { weight: 1, act: breakRollout },
  'create-replica-set': { weight: 2, act: createReplicaSet },
  'scale-replica-set': { weight: 2, act: scaleReplicaSet },
  'delete-replica-set': { weight: 1, act: deleteReplicaSet },
  'create-pod': { weight: 3, act: createPod },
  'delete-pod': { weight: 2, act: deletePod },
  'delete-pods': { weight: 2, act: deletePods },
  'release-pods': { weight: 1, act: releasePods },
  'create-service': { weight: 3, act: createService },
  'delete-service': { weight: 1, act: deleteService },
  'write-config-map': { weight: 4, act: writeConfigMap },
  'delete-config-map': { weight: 2, act: deleteConfigMap },
  cordon: { weight: 1, act: cordon },
  drain: { weight: 1, act: drain },
  taint: { weight: 1, act: taint },
  read: { weight: 2, act: read },
  namespace: { weight: 1, act: namespace },
}

export const actionNames = (): readonly string[] => Object.keys(ACTIONS)

export const actionWeights = (names: readonly string[]): ReadonlyMap<string, number> =>
  new Map(names.map((name) => [name, ACTIONS[name]?.weight ?? 0]))

/** Undefined where there is nothing that it could be done to. */
export const doAction = (name: string, workload: Workload): Deed | undefined => ACTIONS[name]?.act(workload)

export const emptyWorkload = (
  random: Random,
  topology: Topology,
  flavours: readonly Flavour[],
): Workload => ({
  random,
  topology,
  flavours,
  recreated: random.subset(DEPLOYMENTS, 0.25),
  deployments: new Set(),
  replicaSets: new Set(),
  pods: new Set(),
  configMaps: new Set(),
  services: new Set(),
})

/**
 * So many Pods of such a size that five workloads with a surge fit on what is left when some nodes are gone; heavy ones
 * fit only when they are scaled down in the end.
 */
function chooseSize({ random, topology, flavours }: Workload): Size {
  const replicas = random.integer(0, 2 + topology.nodes)
  return {
    replicas,
    cpuMilli: flavours.includes('heavy') ? random.integer(10, 33) * 10 : random.integer(1, 6) * 10,
  }
}

function mendedByScaling({ flavours }: Workload, workload: string): { readonly mendedBy?: string } {
  return flavours.includes('heavy') ? { mendedBy: `scale ${workload} --replicas=1` } : {}
}

function createDeployment(workload: Workload): Deed {
  const name = workload.random.pick(DEPLOYMENTS)
  const verb = workload.random.chance(0.3) ? 'create' : 'apply'
  workload.deployments.add(name)
  const isRecreated = workload.recreated.includes(name)
  const object = deployment(workload.random, name, workload.flavours, chooseSize(workload), isRecreated)
  return { ...withFile(verb, name, object), ...mendedByScaling(workload, `deployment ${name}`) }
}

function changeDeployment({ random, deployments }: Workload): Deed | undefined {
  const name = random.pick([...deployments])
  return name === undefined
    ? undefined
    : { kubectl: `set image deployment/${name} main=${chooseImage(random)}` }
}

function scaleDeployment(workload: Workload): Deed | undefined {
  const name = workload.random.pick([...workload.deployments])
  if (name === undefined) return undefined
  const kubectl = `scale deployment ${name} --replicas=${chooseSize(workload).replicas}`
  return { kubectl, ...mendedByScaling(workload, `deployment ${name}`) }
}

const cascade = (random: Random): string =>
  random.pick(['', '', ' --cascade=foreground', ' --cascade=orphan'] as const)

function deleteDeployment({ random, deployments }: Workload): Deed | undefined {
  const name = random.pick([...deployments])
  if (name === undefined) return undefined
  deployments.delete(name)
  return { kubectl: `delete deployment ${name}${cascade(random)}` }
}

function undoRollout({ random, deployments }: Workload): Deed | undefined {
  const name = random.pick([...deployments])
  return name === undefined ? undefined : { kubectl: `rollout undo deployment/${name}` }
}

function breakRollout({ random, deployments }: Workload): Deed | undefined {
  const name = random.pick([...deployments])
  if (name === undefined) return undefined
  const line = `set image deployment/${name} main=`
  return { kubectl: `${line}registry.invalid/none:1`, mendedBy: `${line}nginx:1.29` }
}

function createReplicaSet(workload: Workload): Deed {
  const name = workload.random.pick(REPLICA_SETS)
  workload.replicaSets.add(name)
  const object = replicaSet(workload.random, name, workload.flavours, chooseSize(workload))
  return { ...withFile('create', name, object), ...mendedByScaling(workload, `replicaset ${name}`) }
}

function scaleReplicaSet(workload: Workload): Deed | undefined {
  const name = workload.random.pick([...workload.replicaSets])
  if (name === undefined) return undefined
  const kubectl = `scale replicaset ${name} --replicas=${chooseSize(workload).replicas}`
  return { kubectl, ...mendedByScaling(workload, `replicaset ${name}`) }
}

function deleteReplicaSet({ random, replicaSets }: Workload): Deed | undefined {
  const name = random.pick([...replicaSets])
  if (name === undefined) return undefined
  replicaSets.delete(name)
  return { kubectl: `delete replicaset ${name}${cascade(random)}` }
}

function createPod({ random, pods, flavours }: Workload): Deed {
  const name = random.pick(PODS)
  pods.add(name)
  return withFile('create', name, pod(random, name, flavours, random.integer(1, 6) * 10))
}

const grace = (random: Random): string =>
  random.pick(['', '', ' --grace-period=3', ' --now', ' --force', ' --grace-period=0 --force'] as const)

function deletePod({ random, pods }: Workload): Deed | undefined {
  const name = random.pick([...pods])
  if (name === undefined) return undefined
  pods.delete(name)
  return { kubectl: `delete pod ${name}${grace(random)}` }
}

function deletePods({ random, deployments, replicaSets }: Workload): Deed | undefined {
  const app = random.pick([...deployments, ...replicaSets])
  return app === undefined ? undefined : { kubectl: `delete pods -l app=${app}${grace(random)}` }
}

/** Pods that lose the label are no longer their ReplicaSet's: it makes others. The released ones are deleted at the end. */
function releasePods({ random, deployments, replicaSets }: Workload): Deed | undefined {
  const app = random.pick([...deployments, ...replicaSets])
  if (app === undefined) return undefined
  const mendedBy = 'delete pods -l app=released --wait=false'
  return { kubectl: `label pods -l app=${app} app=released --overwrite`, mendedBy }
}

function createService({ random, services, deployments, replicaSets }: Workload): Deed | undefined {
  const app = random.pick([...deployments, ...replicaSets])
  if (app === undefined) return undefined
  services.add(app)
  return withFile('create', `service-${app}`, service(app, app, random))
}

function deleteService({ random, services }: Workload): Deed | undefined {
  const name = random.pick([...services])
  if (name === undefined) return undefined
  services.delete(name)
  return { kubectl: `delete service ${name}` }
}

function writeConfigMap({ random, configMaps }: Workload): Deed {
  const name = random.pick(CONFIG_MAPS)
  configMaps.add(name)
  const value = random.integer(1, 1_000_000)
  if (!random.chance(0.15)) return withFile('apply', name, configMap(name, value, []))
  const mendedBy = `patch configmap ${name} --type=merge -p '{"metadata":{"finalizers":null}}'`
  return { ...withFile('apply', name, configMap(name, value, ['vitrine.sim/kept'])), mendedBy }
}

function deleteConfigMap({ random, configMaps }: Workload): Deed | undefined {
  const name = random.pick([...configMaps])
  if (name === undefined) return undefined
  configMaps.delete(name)
  return { kubectl: `delete configmap ${name}` }
}

const chooseNode = ({ random, topology }: Workload): string => `node-${random.integer(1, topology.nodes)}`

function cordon(workload: Workload): Deed {
  const node = chooseNode(workload)
  const mendedBy = `uncordon ${node}`
  return workload.random.chance(0.5) ? { kubectl: `cordon ${node}`, mendedBy } : { kubectl: mendedBy }
}

function drain(workload: Workload): Deed {
  const node = chooseNode(workload)
  const kubectl = `drain ${node} --ignore-daemonsets --force --delete-emptydir-data --timeout=60s`
  return { kubectl, mendedBy: `uncordon ${node}` }
}

function taint(workload: Workload): Deed {
  const node = chooseNode(workload)
  const effect = workload.random.pick(['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const)
  const kubectl = `taint node ${node} maintenance=yes:${effect} --overwrite`
  return { kubectl, mendedBy: `taint node ${node} maintenance-` }
}

function read({ random }: Workload): Deed {
  const kind = random.pick([
    'pods',
    'nodes',
    'deployments',
    'events',
    'endpointslices',
    'configmaps',
  ] as const)
  return { kubectl: `get ${kind}${random.chance(0.3) ? ' -o yaml' : ''}` }
}

/** A namespace with something in it, created and deleted as a whole. */
function namespace({ random, flavours, topology }: Workload): Deed {
  const name = 'team'
  if (random.chance(0.4)) return { kubectl: `delete namespace ${name}` }
  if (random.chance(0.5)) return { kubectl: `create namespace ${name}` }
  const size = { replicas: random.integer(1, topology.nodes), cpuMilli: 20 }
  return withFile(`apply -n ${name}`, name, deployment(random, 'inner', flavours, size, false))
}
