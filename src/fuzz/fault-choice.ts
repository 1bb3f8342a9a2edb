// Faults for stories, from the catalogue as it is: parameters follow from each fault's schema, and targets from what the
// fault itself accepts on a cluster that is well. A fault that joins the catalogue joins the stories.
import { worldFor } from '../session/world.ts'
import { faults } from '../sim/faults/index.ts'
import type { Fault, Machines, ParameterSchema, Parameters, PodOnNode } from '../sim/faults/runtime/fault.ts'
import { processId } from '../sim/kernel/delivery.ts'
import { Kernel } from '../sim/kernel/kernel.ts'
import type { FaultSpec } from '../worker/protocol.ts'
import type { Random } from './random.ts'
import type { Topology } from './story.ts'
import { PODS } from './workload.ts'

interface Rule {
  /** How often it is chosen, against 4 for a fault that has no rule. */
  readonly weight?: number
  /** The longest that it may last. */
  readonly seconds?: number
  /** The most that a parameter may be, where the catalogue allows more than a story has time for. */
  readonly most?: Readonly<Record<string, number>>
}

const RULES: Readonly<Record<string, Rule>> = {
  'process-crash': { weight: 8, most: { restartSeconds: 60 } },
  'host-down': { weight: 6 },
  // A pull that has begun stays as slow as it is.
  'image-pull-slow': { most: { factor: 30 } },
  // A Lease that was renewed in the future is not seen to be renewed again before that time has come, as in Kubernetes.
  'clock-skew': { most: { seconds: 60 } },
  partition: { weight: 6 },
  // Its target is the number of a message, which nobody knows beforehand.
  'message-dropped': { weight: 0 },
  // No cluster recovers from it: a cache that missed an event differs until it is listed again.
  'watch-event-lost': { weight: 0 },
}
const DEFAULT_WEIGHT = 4
const LONGEST_SECONDS = 120

/** Pods whose names are known beforehand: those of ReplicaSets have random ones. */
const POD_TARGETS: readonly string[] = PODS.map((name) => `default/${name}`)
const ANY_POD: PodOnNode = {
  uid: '',
  runtime: processId('node-1/containerd'),
  kubelet: processId('node-1/kubelet'),
  running: ['main'],
}

/** Where faults may strike, by the role of the host. */
export type Place = 'etcd' | 'control-plane' | 'node'

export function machinesOf(topology: Topology): Machines {
  const world = worldFor({ topology, chapters: [] }, 0)
  const kernel = new Kernel(world.options)
  world.build(kernel)
  return {
    hosts: kernel.hosts().filter(({ role }) => role !== 'client'),
    processes: kernel
      .slots()
      .filter(({ id }) => id !== 'kubectl')
      .map(({ id, kind, host, up }) => ({ id, kind, host, up })),
    // Where a Pod runs, and whether it does, shows when the fault strikes; until then all are taken to.
    findPod: (name) => (POD_TARGETS.includes(name) ? ANY_POD : undefined),
  }
}

export function weightsOf(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name) => [name, RULES[name]?.weight ?? DEFAULT_WEIGHT]))
}

export const faultNames = (): readonly string[] => [...faults.keys()]

/** Undefined where the fault fits nowhere. */
export function chooseFault(
  random: Random,
  name: string,
  machines: Machines,
  places: readonly Place[],
): FaultSpec | undefined {
  const fault = faults.get(name)
  if (fault === undefined) return undefined
  const parameters = chooseParameters(random, fault)
  const target = chooseTarget(random, fault, parameters, machines, places)
  if (target === undefined) return undefined
  const spec = { fault: name, target, ...parameters }
  const plan = fault.plan(target, parameters, machines)
  // What ends by itself needs no end.
  if (!plan.ok || plan.heal.length === 0) return spec
  const longest = RULES[name]?.seconds ?? LONGEST_SECONDS
  return { ...spec, for: `${random.magnitude(500, longest * 1000)}ms` }
}

function chooseParameters(random: Random, fault: Fault): Parameters {
  const chosen: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries(fault.parameters)) {
    if (random.chance(0.4) && schema.default !== undefined) continue
    const value = chooseValue(random, schema, RULES[fault.name]?.most?.[name])
    if (value !== undefined) chosen[name] = value
  }
  return chosen
}

function chooseValue(random: Random, schema: ParameterSchema, most?: number): unknown {
  switch (schema.type) {
    case 'boolean':
      return random.chance(0.5)
    case 'integer': {
      const { minimum = 0, maximum = 10 * Number(schema.default ?? 10) } = schema
      const least = minimum < 0 && random.chance(0.5) ? random.magnitude(1, -minimum) : 0
      return least > 0 ? -least : random.magnitude(Math.max(0, minimum), Math.min(most ?? maximum, maximum))
    }
    case 'string':
      return schema.default
  }
}

function chooseTarget(
  random: Random,
  fault: Fault,
  parameters: Parameters,
  machines: Machines,
  places: readonly Place[],
): string | undefined {
  const roles = new Map(machines.hosts.map(({ name, role }) => [name, role]))
  const isHere = (host: string): boolean => places.some((place) => place === roles.get(host))
  const hosts = machines.hosts.filter(({ name }) => isHere(name)).map(({ name }) => name)
  const candidates = [...hosts, ...machines.processes.filter(({ host }) => isHere(host)).map(({ id }) => id)]
  if (fault.targets.includes('link') && hosts.length > 0) {
    const links = Array.from({ length: 8 }, () => chooseLink(random, hosts, machines))
    candidates.push(...links)
  }
  if (fault.targets.includes('pod') && places.includes('node')) candidates.push(...POD_TARGETS)
  return random.pick([...new Set(candidates)].filter((target) => fault.plan(target, parameters, machines).ok))
}

/** Two groups of hosts, most often small ones; at least one host of the first is among those that may be struck. */
function chooseLink(random: Random, hosts: readonly string[], machines: Machines): string {
  const one = random.pick(hosts) ?? '*'
  const others = machines.hosts.map(({ name }) => name).filter((name) => name !== one)
  if (random.chance(0.4)) return `${one}~${random.pick(others) ?? '*'}`
  const left = [one, ...random.subset(others, 0.3)]
  const right = others.filter((name) => !left.includes(name))
  return `${left.join(',')}~${right.length === 0 ? '*' : right.join(',')}`
}
