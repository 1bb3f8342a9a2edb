// kubectl cordon, uncordon and drain. Models kubectl/pkg/cmd/drain and kubectl/pkg/drain. Where the server has no
// eviction subresource, Pods are deleted instead.
import { CONTENT_STRATEGIC_MERGE_PATCH } from '../../sim/api/http.ts'
import type { JsonObject } from '../../sim/api/json.ts'
import { PODS, resourcePath } from '../../sim/api/resources.ts'
import { api, sleep } from '../../sim/client/index.ts'
import type { Task } from '../../sim/kernel/task.ts'
import type { Command, Invocation } from '../command.ts'
import { print, printError } from '../effects.ts'
import { apiErrorText, apiFailure, CommandFailure, failure, usageError } from '../failure.ts'
import { flag } from '../flags.ts'
import type { Found, Target } from '../objects.ts'
import {
  at,
  findObjects,
  items,
  json,
  nameOf,
  namespaceOf,
  pathOf,
  targetOfFound,
  text,
  write,
} from '../objects.ts'
import { findType } from '../resource-types.ts'
import { untilGone } from '../waiting.ts'

const cordoning = (name: string, summary: string, unschedulable: boolean): Command => ({
  name,
  summary,
  usage: `kubectl ${name} NODE [options]`,
  flags: [flag('selector', 'text', 'l')],
  *run(invocation) {
    for (const node of yield* nodesOf(invocation)) yield* setUnschedulable(node, unschedulable)
  },
})

export const cordon = cordoning('cordon', 'Mark node as unschedulable', true)
export const uncordon = cordoning('uncordon', 'Mark node as schedulable', false)

export const drain: Command = {
  name: 'drain',
  summary: 'Drain node in preparation for maintenance',
  usage: 'kubectl drain NODE [options]',
  flags: [
    flag('ignore-daemonsets', 'bool'),
    flag('delete-emptydir-data', 'bool'),
    flag('force', 'bool'),
    flag('grace-period', 'number'),
    flag('timeout'),
    flag('disable-eviction', 'bool'),
    flag('pod-selector'),
    flag('selector', 'text', 'l'),
  ],
  run: runDrain,
}

function* nodesOf(invocation: Invocation): Task<readonly Found[]> {
  const { args, command, flags } = invocation
  if (args.length === 0 && !flags.has('selector'))
    throw usageError(command, `USAGE: ${command.replace('kubectl ', '')} NODE [flags]`)
  const names = args.map((arg) => arg.replace(/^nodes?\//, ''))
  return yield* findObjects(invocation, ['nodes', ...names])
}

function* setUnschedulable({ type, object }: Found, unschedulable: boolean): Task<void> {
  const name = nameOf(object)
  const verb = unschedulable ? 'cordoned' : 'uncordoned'
  if ((at(object, 'spec', 'unschedulable') === true) === unschedulable) {
    yield* print(`node/${name} already ${verb}\n`)
    return
  }
  const path = pathOf(targetOfFound({ type, object }))
  const body = { spec: { unschedulable: unschedulable ? true : null } }
  const result = yield* write('PATCH', path, body, {}, CONTENT_STRATEGIC_MERGE_PATCH)
  if (!result.ok)
    throw failure(
      `unable to ${unschedulable ? 'cordon' : 'uncordon'} node "${name}": ${result.status.message ?? ''}`,
    )
  yield* print(`node/${name} ${verb}\n`)
}

function* runDrain(invocation: Invocation): Task<void> {
  for (const node of yield* nodesOf(invocation)) {
    yield* setUnschedulable(node, true)
    yield* drainNode(invocation, nameOf(node.object))
    yield* print(`node/${nameOf(node.object)} drained\n`)
  }
}

interface Sorted {
  readonly evict: readonly JsonObject[]
  readonly warnings: readonly string[]
  readonly errors: readonly string[]
}

const label = (pod: JsonObject): string => `${namespaceOf(pod) ?? ''}/${nameOf(pod)}`

/** Which Pods go, which stay with a warning, and which forbid it. */
function sortPods(pods: readonly JsonObject[], { flags }: Invocation): Sorted {
  const evict: JsonObject[] = []
  const groups: Record<'daemon' | 'local' | 'unmanaged', string[]> = { daemon: [], local: [], unmanaged: [] }
  for (const pod of pods) {
    const owner = items(pod, 'metadata', 'ownerReferences').find(
      (reference) => at(reference, 'controller') === true,
    )
    const finished = ['Succeeded', 'Failed'].includes(text(pod, 'status', 'phase'))
    if (text(pod, 'metadata', 'annotations', 'kubernetes.io/config.mirror') !== '') continue
    if (text(owner, 'kind') === 'DaemonSet') {
      groups.daemon.push(label(pod))
      continue
    }
    if (!finished && items(pod, 'spec', 'volumes').some((volume) => at(volume, 'emptyDir') !== undefined))
      groups.local.push(label(pod))
    if (!finished && owner === undefined) groups.unmanaged.push(label(pod))
    evict.push(pod)
  }
  const errors: string[] = []
  const warnings: string[] = []
  const { daemon, local, unmanaged } = groups
  if (daemon.length > 0) {
    if (flags.bool('ignore-daemonsets'))
      warnings.push(`ignoring DaemonSet-managed Pods: ${daemon.join(', ')}`)
    else
      errors.push(
        `cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): ${daemon.join(', ')}`,
      )
  }
  if (local.length > 0 && !flags.bool('delete-emptydir-data'))
    errors.push(
      `cannot delete Pods with local storage (use --delete-emptydir-data to override): ${local.join(', ')}`,
    )
  if (unmanaged.length > 0) {
    if (flags.bool('force'))
      warnings.push(`deleting Pods that declare no controller: ${unmanaged.join(', ')}`)
    else
      errors.push(
        `cannot delete Pods that declare no controller (use --force to override): ${unmanaged.join(', ')}`,
      )
  }
  return { evict, warnings, errors }
}

function* drainNode(invocation: Invocation, node: string): Task<void> {
  const { flags } = invocation
  const listed = yield* api.list(PODS, null, {
    fieldSelector: `spec.nodeName=${node}`,
    ...(flags.has('pod-selector') ? { labelSelector: flags.text('pod-selector') } : {}),
  })
  if (!listed.ok) throw apiFailure(listed.status)
  const { evict, warnings, errors } = sortPods(
    listed.object.items.map((pod) => json(pod)),
    invocation,
  )
  if (errors.length > 0) {
    const why = errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`
    throw new CommandFailure(
      `error: unable to drain node "${node}" due to error: ${why}, continuing command...\nThere are pending nodes to be drained:\n ${node}\n${errors.join('\n')}\n`,
    )
  }
  if (warnings.length > 0) yield* printError(`Warning: ${warnings.join('; ')}\n`)
  const pods = yield* findType('pods')
  const gone: { readonly target: Target; readonly uid: string }[] = []
  for (const pod of evict) {
    const target: Target = { type: pods, namespace: namespaceOf(pod), name: nameOf(pod) }
    yield* print(`${flags.bool('disable-eviction') ? 'deleting' : 'evicting'} pod ${label(pod)}\n`)
    yield* evictPod(invocation, target)
    gone.push({ target, uid: text(pod, 'metadata', 'uid') })
  }
  for (const { target, uid } of gone) {
    yield* untilGone(pathOf(target), target, uid, flags.text('timeout'))
    yield* print(`pod/${target.name} ${flags.bool('disable-eviction') ? 'deleted' : 'evicted'}\n`)
  }
}

const RETRY_MICROS = 5_000_000

function* evictPod({ flags }: Invocation, target: Target): Task<void> {
  const grace = flags.number('grace-period') ?? -1
  const deleteOptions = grace < 0 ? {} : { gracePeriodSeconds: grace }
  const { namespace, name } = target
  let evicting = !flags.bool('disable-eviction')
  for (;;) {
    const result = evicting
      ? yield* write(
          'POST',
          resourcePath(PODS, namespace, name, 'eviction'),
          {
            apiVersion: 'policy/v1',
            kind: 'Eviction',
            metadata: { name, ...(namespace === null ? {} : { namespace }) },
            deleteOptions,
          },
          {},
        )
      : yield* api.delete(PODS, namespace, name, deleteOptions)
    if (result.ok) return
    const { status } = result
    const absent = status.reason === 'NotFound' && status.details?.name === name
    if (absent) return
    if (evicting && (status.code === 404 || status.code === 405)) {
      evicting = false
      continue
    }
    if (status.reason !== 'TooManyRequests')
      throw failure(`error when evicting pods/"${name}" -n "${namespace ?? ''}": ${apiErrorText(status)}`)
    yield* printError(
      `error when evicting pods/"${name}" -n "${namespace ?? ''}" (will retry after 5s): ${status.message ?? ''}\n`,
    )
    yield* sleep(RETRY_MICROS)
  }
}
