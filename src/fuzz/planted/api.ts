// Bugs in the apiserver, and in the part of its clients that keeps their caches.
import type { PlantedBug } from './planted-bug.ts'

const server = 'src/sim/apiserver'
const client = 'src/sim/client'

export const apiBugs: readonly PlantedBug[] = [
  {
    name: 'pod-bound-twice',
    about:
      'The scheduler asks for a second binding, to the first node that it knows, and the apiserver binds a Pod that is bound.',
    changes: [
      {
        file: `${server}/subresources/binding.ts`,
        find: "  if (nodeName !== '')\n",
        replace: '  if (nodeName === binding.target.name)\n',
      },
      {
        file: 'src/sim/scheduler/binding.ts',
        find: '  else host.startTask(state, BINDING_CYCLE, [queued, node], context)\n',
        replace:
          '  else for (const to of [node, state.cache.names[0] ?? node]) host.startTask(state, BINDING_CYCLE, [queued, to], context)\n',
      },
    ],
    checks: ['pod-bound-once'],
    seeds: 5,
  },
  {
    name: 'apiserver-ignores-resource-version',
    about: 'An update is taken whatever version it is based on: the change in between is lost.',
    changes: [
      {
        file: `${server}/verbs/update.ts`,
        find: 'return resourceVersion === current.metadata.resourceVersion ? null : conflict(definition, route.name)',
        replace: 'return null',
      },
    ],
    checks: ['api-no-lost-update'],
    seeds: 5,
  },
  {
    name: 'apiserver-ignores-finalizers',
    about: 'A deletion removes the object at once, whatever finalizers it has.',
    changes: [
      {
        file: `${server}/deletion.ts`,
        find: 'if (grace === 0 && finalizers.length === 0 && !stays) {',
        replace: 'if (grace === 0 && !stays) {',
      },
    ],
    checks: ['api-deletion'],
    seeds: 30,
  },
  {
    name: 'apiserver-ignores-grace',
    about: 'A Pod that runs is deleted at once instead of being given a deadline.',
    changes: [
      {
        file: `${server}/deletion.ts`,
        find: 'return seconds < 0 ? 1 : seconds',
        replace: 'return seconds > 0 ? 0 : seconds',
      },
    ],
    checks: ['api-deletion'],
    seeds: 5,
  },
  {
    name: 'watch-cache-keeps-deleted',
    about: 'The watch cache goes on listing objects that were deleted.',
    changes: [
      {
        file: `${server}/watch-cache.ts`,
        find: '    cache.objects.delete(key)\n',
        replace: '',
      },
    ],
    checks: ['informers-converge'],
    seeds: 5,
  },
  {
    name: 'watch-skips-an-event',
    about: 'A watch that begins at a version leaves out the first change after it.',
    changes: [
      {
        file: `${server}/open-watches.ts`,
        find: 'visitAfter(cache.events, from, ',
        replace: 'visitAfter(cache.events, from + 1, ',
      },
    ],
    checks: ['api-watch'],
    seeds: 40,
  },
  {
    name: 'reflector-resumes-from-wrong-version',
    about: 'A reflector whose watch broke resumes it one version too far.',
    changes: [
      {
        file: `${client}/reflector.ts`,
        find: 'query.resourceVersion = state.resourceVersion\n  query.timeoutSeconds',
        replace: 'query.resourceVersion = String(Number(state.resourceVersion) + 1)\n  query.timeoutSeconds',
      },
    ],
    checks: ['api-watch'],
    seeds: 5,
  },
  {
    name: 'reflector-keeps-deleted',
    about: 'A reflector that lists again keeps what the new list does not have.',
    changes: [
      {
        file: `${client}/reflector.ts`,
        find: 'const gone = store.objects.keysArray().filter((key) => !listed.has(key))',
        replace: 'const gone = store.objects.keysArray().filter((key) => key === "" && !listed.has(key))',
      },
    ],
    checks: ['informers-converge'],
    profile: 'api',
    seeds: 80,
  },
  {
    name: 'work-queue-forgets',
    about: 'A key that is added while it is being worked on is not worked on again.',
    changes: [
      {
        file: `${client}/work-queue.ts`,
        find: '  if (queue.dirty.has(key)) return\n',
        replace: '  if (queue.dirty.has(key) || queue.processing.has(key)) return\n',
      },
    ],
    checks: ['desired-state', 'replica-counts', 'no-orphans', 'endpoints-agree'],
    profile: 'network',
    seeds: 150,
  },
]
