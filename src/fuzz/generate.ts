// From a seed to a story: a cluster, what its user does, and the faults that strike meanwhile. Then everything heals, and
// the cluster has time to come to rest.
import { seconds } from '../sim/kernel/micros.ts'
import { chooseFault, faultNames, machinesOf, weightsOf } from './fault-choice.ts'
import { FLAVOURS } from './manifests.ts'
import type { Profile } from './profiles.ts'
import { Random } from './random.ts'
import type { Step, Story, Topology } from './story.ts'
import { healedAt } from './story.ts'
import { actionNames, actionWeights, doAction, emptyWorkload } from './workload.ts'

const SETTLE_MILLIS = 20_000

/**
 * Everything that a fault set off has to be over so long after the last one healed: connections to a dead host are given
 * up after 45 s; containers and image pulls wait for at most 5 minutes before they are tried again, and so long does a
 * node say that its disk is full.
 */
const CONVERGE_MILLIS = 360_000
/** Then the cluster has to stay quiet. */
const QUIET_MILLIS = 60_000
/** When the last mending is done, after the last fault healed: by then the apiserver answers. */
const MENDING_MILLIS = [10_000, 40_000] as const

const REST_MILLIS = SETTLE_MILLIS + CONVERGE_MILLIS + QUIET_MILLIS

/** A scenario file holds 200 operations at most: steps, waits between them, and what mends. */
const MOST_USER_STEPS = 45

/** A story has to have some time for what it is about. */
export const SHORTEST_MICROS = seconds(REST_MILLIS / 1000 + 30)

/** @param durationMicros how much virtual time the whole story takes at most */
export function generateStory(seed: number, profile: Profile, durationMicros: number): Story {
  const random = new Random(seed, profile.name)
  const topology: Topology = {
    controlPlanes: 1,
    etcd: random.pick(profile.members) ?? 3,
    nodes: random.integer(...profile.nodes),
  }
  const active = Math.floor(durationMicros / 1000) - REST_MILLIS
  const deeds = userSteps(random, topology, active)
  const steps = inOrder([...deeds, ...faultSteps(random, topology, profile, active)])
  const healed = Math.min(active, healedAt({ steps }))
  const mends = mendingOf(deeds).flatMap((kubectl, index) =>
    MENDING_MILLIS.map(
      (after): Step => ({ at: healed + after + index * 100, deed: { kubectl }, mends: true }),
    ),
  )
  const end = healed + CONVERGE_MILLIS + QUIET_MILLIS
  return {
    seed,
    profile: profile.name,
    topology,
    settle: SETTLE_MILLIS,
    steps: inOrder([...steps, ...mends]),
    end,
    settled: true,
  }
}

/** Sorting keeps the order of what happens at one moment. */
const inOrder = (steps: readonly Step[]): Step[] => [...steps].sort((one, other) => one.at - other.at)

const mendingOf = (steps: readonly Step[]): readonly string[] => [
  ...new Set(
    steps.flatMap(({ deed }) => ('kubectl' in deed && deed.mendedBy !== undefined ? [deed.mendedBy] : [])),
  ),
]

function userSteps(random: Random, topology: Topology, active: number): readonly Step[] {
  const workload = emptyWorkload(random, topology, random.subset(FLAVOURS, 0.5))
  const names = random.subset(actionNames(), random.pick([0.3, 0.6, 1] as const))
  const weights = actionWeights(names.includes('create-deployment') ? names : ['create-deployment', ...names])
  const pause = random.magnitude(1_000, 20_000)
  const steps: Step[] = []
  // The first thing is done at once: faults are to strike something.
  for (let at = 100; at < active && steps.length < MOST_USER_STEPS; at += random.magnitude(1, pause * 2)) {
    const action = steps.length === 0 ? 'create-deployment' : random.weighted(weights)
    const deed = action === undefined ? undefined : doAction(action, workload)
    if (deed !== undefined) steps.push({ at, deed })
  }
  return steps
}

function faultSteps(random: Random, topology: Topology, profile: Profile, active: number): readonly Step[] {
  const known = profile.faults ?? faultNames()
  const [fewest, most] = profile.count
  const names = random.subset(known, random.pick([0.2, 0.5, 1] as const))
  const weights = weightsOf(names.length > 0 ? names : known)
  const machines = machinesOf(topology)
  const count = most === 0 ? 0 : random.integer(fewest, most)
  const moment = momentsOfTrouble(random, active)
  const steps: Step[] = []
  for (let number = 0; number < count; number++) {
    const name = random.weighted(weights)
    const fault = name === undefined ? undefined : chooseFault(random, name, machines, profile.places)
    if (fault === undefined) continue
    steps.push(endingBy(active, { at: moment(), deed: { fault } }))
  }
  return steps
}

/** Trouble comes alone in some stories, and in others in crowds: what breaks while something else is broken finds most. */
function momentsOfTrouble(random: Random, active: number): () => number {
  const anywhere = (): number => random.integer(0, active - 1)
  if (random.chance(0.4)) return anywhere
  const crowds = Array.from({ length: random.integer(1, 4) }, anywhere)
  const spread = random.magnitude(100, 8_000)
  return () => Math.min(active - 1, (random.pick(crowds) ?? 0) + random.integer(0, spread))
}

/** A fault that would outlast the time for faults strikes earlier. */
function endingBy(active: number, step: Step): Step {
  const over = healedAt({ steps: [step] }) - active
  return over <= 0 ? step : { ...step, at: Math.max(0, step.at - over) }
}
