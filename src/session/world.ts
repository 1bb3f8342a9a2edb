// The world of a session: the simulated cluster of its scenario's topology, and the page's kubectl as its client.
import { kubectlProcess } from '../kubectl/index.ts'
import type { ProcessDefinition } from '../sim/kernel/process.ts'
import { hostName, processId } from '../sim/kernel/process.ts'
import { clusterNetwork } from '../sim/net/network.ts'
import type { Topology } from '../sim/world.ts'
import { buildCluster, definitions } from '../sim/world.ts'
import { lateParts, latePartsIfLoaded } from './load-late-parts.ts'
import { apiQpsFor, scaleOf } from './scale.ts'
import type { Scenario } from './scenario.ts'
import type { SessionWorld } from './session.ts'

/** The host of the user's own computer. */
const LAPTOP = 'laptop'

export function worldFor(
  { topology, chapters }: { readonly topology: Topology } & Pick<Scenario, 'chapters'>,
  seed: number,
): SessionWorld {
  // The cluster comes up without kubectl's commands; a line is run after they are loaded.
  const kubectl = kubectlProcess((line) => lateParts().runLine(line))
  return {
    options: {
      definitions: { ...definitions, [kubectl.kind]: kubectl as ProcessDefinition },
      network: clusterNetwork([LAPTOP]),
      seed,
    },
    build(kernel) {
      const boot = buildCluster(kernel, { ...apiQpsFor(topology.nodes), ...topology })
      kernel.addHost(hostName(LAPTOP), 'client')
      kernel.spawn(
        processId('kubectl'),
        kubectl.kind,
        hostName(LAPTOP),
        { apiserver: 'kube-apiserver-1', user: 'kubernetes-admin' },
        boot,
      )
    },
    milestones: chapters.flatMap((chapter) => chapter.milestones),
    scale: scaleOf(topology.nodes),
    remake: (branch, segment) => lateParts().remake(branch, segment),
    // Few are kept before the late parts are loaded.
    thinCheckpoints: (...args) => latePartsIfLoaded()?.thinCheckpoints(...args),
    steps: () => lateParts().steps,
    makeScript: (scenario) => new (lateParts().Script)(scenario),
    replay: (...args) => lateParts().replay(...args),
  }
}
