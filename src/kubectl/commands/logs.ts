// kubectl logs: what containers wrote. Models kubectl/pkg/cmd/logs and polymorphichelpers' logsForObject. Left out:
// following a log, and --prefix.
import { parseDuration } from '../../sim/api/duration.ts'
import type { JsonObject } from '../../sim/api/json.ts'
import { PODS, resourcePath } from '../../sim/api/resources.ts'
import { api } from '../../sim/client/index.ts'
import type { Task } from '../../sim/kernel/task.ts'
import type { Command, Invocation } from '../command.ts'
import { print, printError } from '../effects.ts'
import { apiFailure, failure, usageError } from '../failure.ts'
import { flag } from '../flags.ts'
import { items, json, members, namedTargets, nameOf, namespaceOf, text } from '../objects.ts'

const EXPECTED =
  "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command"

export const logs: Command = {
  name: 'logs',
  aliases: ['log'],
  summary: 'Print the logs for a container in a pod',
  usage: 'kubectl logs [-p] (POD | TYPE/NAME) [-c CONTAINER] [options]',
  flags: [
    flag('container', 'text', 'c'),
    flag('previous', 'bool', 'p'),
    flag('follow', 'bool', 'f'),
    flag('tail', 'number'),
    flag('since'),
    flag('timestamps', 'bool'),
    flag('selector', 'text', 'l'),
    flag('all-containers', 'bool'),
  ],
  *run(invocation) {
    const { flags, namespace } = invocation
    if (flags.bool('follow')) throw failure('--follow is not supported here: ask again to see more')
    for (const pod of yield* podsOf(invocation)) {
      for (const container of yield* containersOf(invocation, pod)) {
        const path = resourcePath(PODS, namespaceOf(pod) ?? namespace, nameOf(pod), 'log')
        const query = { container, ...optionsOf(invocation) }
        const result = yield* api.raw({ method: 'GET', path, query, headers: {} })
        if (!result.ok) throw apiFailure(result.status)
        if (typeof result.object === 'string' && result.object !== '') yield* print(result.object)
      }
    }
  },
}

function optionsOf({ flags }: Invocation): Record<string, string> {
  const since = flags.text('since')
  const micros = since === '' ? 0 : parseDuration(since)
  if (micros === undefined)
    throw failure(`invalid argument "${since}" for "--since" flag: time: invalid duration "${since}"`)
  // Without a number of lines, a selector shows the last ten of each container.
  const tail = flags.number('tail') ?? (flags.has('selector') ? 10 : -1)
  return {
    ...(flags.bool('previous') ? { previous: 'true' } : {}),
    ...(since === '' ? {} : { sinceSeconds: String(Math.ceil(micros / 1_000_000)) }),
    ...(tail < 0 ? {} : { tailLines: String(tail) }),
    ...(flags.bool('timestamps') ? { timestamps: 'true' } : {}),
  }
}

function* podsOf(invocation: Invocation): Task<readonly JsonObject[]> {
  const { args, flags, namespace, command } = invocation
  const [first, second, ...more] = args
  if (flags.has('selector')) {
    if (first !== undefined) throw usageError(command, 'only a selector (-l) or a POD name is allowed')
    return yield* listPods(namespace, flags.text('selector'))
  }
  if (first === undefined || more.length > 0) throw usageError(command, EXPECTED)
  if (second !== undefined && flags.has('container'))
    throw usageError(command, 'only one of -c or an inline [CONTAINER] arg is allowed')
  const [target] = yield* namedTargets(invocation, [first.includes('/') ? first : `pod/${first}`])
  if (target === undefined) throw usageError(command, EXPECTED)
  const found = yield* api.get(target.type, target.namespace, target.name)
  if (!found.ok) throw apiFailure(found.status)
  const object = json(found.object)
  if (target.type.resource === PODS.resource) return [object]
  return [yield* firstPodOf(object, target.type.resource, target.namespace ?? namespace)]
}

function* listPods(namespace: string, labelSelector: string): Task<readonly JsonObject[]> {
  const listed = yield* api.list(PODS, namespace, { labelSelector })
  if (!listed.ok) throw apiFailure(listed.status)
  const pods = listed.object.items.map(json)
  if (pods.length === 0) yield* printError(`No resources found in ${namespace} namespace.\n`)
  return pods
}

/** The Pod behind a workload or a Service whose log says most: one that runs, before one that does not. */
function* firstPodOf(object: JsonObject, resource: string, namespace: string): Task<JsonObject> {
  const labels =
    resource === 'services'
      ? members(object, 'spec', 'selector')
      : members(object, 'spec', 'selector', 'matchLabels')
  const terms = Object.keys(labels).map((key) => `${key}=${text(labels, key)}`)
  if (terms.length === 0) throw failure(`cannot get the logs from ${text(object, 'kind')}: selector is empty`)
  const listed = yield* api.list(PODS, namespace, { labelSelector: terms.join(',') })
  if (!listed.ok) throw apiFailure(listed.status)
  const pods = listed.object.items.map(json)
  const chosen = pods.find((pod) => text(pod, 'status', 'phase') === 'Running') ?? pods[0]
  if (chosen === undefined) throw failure('timed out waiting for the condition')
  if (pods.length > 1) yield* printError(`Found ${pods.length} pods, using pod/${nameOf(chosen)}\n`)
  return chosen
}

function* containersOf({ args, flags }: Invocation, pod: JsonObject): Task<readonly string[]> {
  const names = (list: string): string[] =>
    items(pod, 'spec', list).map((container) => text(container, 'name'))
  const [containers, init] = [names('containers'), names('initContainers')]
  if (flags.bool('all-containers')) return [...init, ...containers]
  const asked = flags.text('container') || (args[1] ?? '')
  if (asked !== '') {
    if (![...containers, ...init].includes(asked))
      throw failure(`container ${asked} not found in pod ${nameOf(pod)}`)
    return [asked]
  }
  const container =
    text(pod, 'metadata', 'annotations', 'kubectl.kubernetes.io/default-container') || (containers[0] ?? '')
  const all = [...containers, ...init.map((name) => `${name} (init)`)]
  if (all.length > 1) yield* printError(`Defaulted container "${container}" out of: ${all.join(', ')}\n`)
  return [container]
}
