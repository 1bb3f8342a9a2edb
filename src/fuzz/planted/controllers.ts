// Bugs in controllers and in the scheduler.
import type { PlantedBug } from './planted-bug.ts'

const controllers = 'src/sim/controllers'
const scheduler = 'src/sim/scheduler'

export const controllerBugs: readonly PlantedBug[] = [
  {
    name: 'replica-set-without-expectations',
    about: 'A ReplicaSet does not wait until it sees the Pods that it made, and makes them again.',
    changes: [
      {
        file: `${controllers}/runtime/expectations.ts`,
        find: 'if (expectation.adds > 0) return false',
        replace: 'if (expectation.adds > 1_000_000) return false',
      },
    ],
    checks: ['replicas-not-exceeded'],
    profile: 'raft',
    seeds: 100,
  },
  {
    name: 'replica-set-counts-terminating',
    about:
      'A ReplicaSet goes on counting Pods that are deleted as replicas, and stops short of what is asked for.',
    changes: [
      {
        file: `${controllers}/replica-set/tally.ts`,
        find: '    active: before.active + (active ? sign : 0),',
        replace: '    active: before.active + (active && sign > 0 ? sign : 0),',
      },
    ],
    checks: ['replica-counts'],
    seeds: 25,
  },
  {
    name: 'deployment-ignores-max-unavailable',
    about: 'A rollout takes down old Pods before new ones are available.',
    changes: [
      {
        file: `${controllers}/deployment/strategies.ts`,
        find: 'const minAvailable = replicasOf(deployment) - maxUnavailable(deployment)',
        replace: 'const minAvailable = 0 * maxUnavailable(deployment)',
      },
    ],
    checks: ['rollout-limits'],
    seeds: 20,
  },
  {
    name: 'deployment-ignores-max-surge',
    about: 'A rollout brings the new ReplicaSet to its full size at once.',
    changes: [
      {
        file: `${controllers}/deployment/arithmetic.ts`,
        find: 'return current >= most ? own : own + Math.min(most - current, wanted - own)',
        replace: 'return current > most * 10 ? own : wanted',
      },
    ],
    checks: ['rollout-limits'],
    seeds: 40,
  },
  {
    name: 'garbage-collector-forgets',
    about: 'What an owner leaves behind is not collected when the owner goes.',
    changes: [
      {
        file: `${controllers}/garbage-collector/index.ts`,
        find: 'for (const [kind, dependent] of dependentsNow(graph, object, tools))',
        replace: 'for (const [kind, dependent] of dependentsNow(graph, object, tools).slice(1))',
      },
    ],
    checks: ['no-orphans'],
    seeds: 5,
  },
  {
    name: 'node-keeps-its-taints',
    about: 'A node that is well again keeps the taint that says that it is not.',
    changes: [
      {
        file: `${controllers}/node-lifecycle/taints.ts`,
        find: '    remove: held.filter((taint) => !wanted.some((other) => sameTaint(taint, other))),',
        replace: '    remove: [],',
      },
    ],
    checks: ['desired-state'],
    seeds: 5,
  },
  {
    name: 'endpoints-keep-terminating',
    about:
      'A Pod that is being stopped stays among the ready endpoints of its Services for as long as it answers.',
    changes: [
      {
        file: `${controllers}/endpoint-slice/endpoints.ts`,
        find: '  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating)',
        replace: '  const ready = service.spec.publishNotReadyAddresses === true || serving',
      },
    ],
    checks: ['terminating-not-ready'],
    seeds: 10,
  },
  {
    name: 'scheduler-ignores-requests',
    about: 'The scheduler puts Pods on nodes that have no room for what they ask for.',
    changes: [
      {
        file: `${scheduler}/framework/node-resources.ts`,
        find: '    wanted.milliCpu <= allocatable.milliCpu - requested.milliCpu &&',
        replace: '    wanted.milliCpu <= allocatable.milliCpu &&',
      },
    ],
    checks: ['node-not-overcommitted'],
    seeds: 10,
  },
  {
    name: 'scheduler-forgets-what-it-assumed',
    about: 'A place that the scheduler has just given away looks free to it until the watch tells otherwise.',
    changes: [
      {
        file: `${scheduler}/cache/cache.ts`,
        find: '  insert(cache, info, node, true)\n',
        replace: '',
      },
    ],
    checks: ['node-not-overcommitted', 'invariant'],
    seeds: 10,
  },
]
