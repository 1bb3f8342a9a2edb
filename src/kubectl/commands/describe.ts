// kubectl describe: an object told in detail, with what happened to it. Types without a describer of their own are told
// field by field, as upstream's GenericDescriber does.
import type { Json, JsonObject } from '../../sim/api/json.ts'
import { isJsonArray, isJsonObject } from '../../sim/api/json.ts'
import type { Task } from '../../sim/kernel/task.ts'
import type { Command, Invocation } from '../command.ts'
import { describeNode } from '../describe/node.ts'
import { describePod } from '../describe/pod.ts'
import type { Describer } from '../describe/sheet.ts'
import { align, eventLines, line, metadataLines } from '../describe/sheet.ts'
import {
  describeConfigMap,
  describeDeployment,
  describeReplicaSet,
  describeService,
} from '../describe/workloads.ts'
import { now, print, printError } from '../effects.ts'
import { CommandFailure, failure } from '../failure.ts'
import { flag } from '../flags.ts'
import type { Found } from '../objects.ts'
import { findObjects, listFound, nameOf } from '../objects.ts'
import { findTypes } from '../resource-types.ts'

const DESCRIBERS: Readonly<Record<string, Describer>> = {
  Pod: describePod,
  Node: describeNode,
  Deployment: describeDeployment,
  ReplicaSet: describeReplicaSet,
  Service: describeService,
  ConfigMap: describeConfigMap,
}

export const describe: Command = {
  name: 'describe',
  summary: 'Show details of a specific resource or group of resources',
  usage: 'kubectl describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME) [options]',
  flags: [
    flag('filename', 'list', 'f'),
    flag('selector', 'text', 'l'),
    flag('all-namespaces', 'bool', 'A'),
    flag('show-events', 'bool'),
  ],
  run: runDescribe,
}

function* runDescribe(invocation: Invocation): Task<void> {
  const found = yield* objectsOf(invocation)
  if (found.length === 0) {
    yield* printError(
      invocation.flags.bool('all-namespaces')
        ? 'No resources found\n'
        : `No resources found in ${invocation.namespace} namespace.\n`,
    )
    return
  }
  const nowMicros = yield* now()
  for (const [i, { type, object }] of found.entries()) {
    const described = (DESCRIBERS[type.kind] ?? describeGeneric)(object, nowMicros)
    const sheet = typeof described === 'string' ? described : yield* described
    const events = invocation.flags.bool('show-events', true) ? yield* eventLines(object, nowMicros) : ''
    // Without events their line belongs to the sheet; a table of events is aligned by itself.
    const text = events.startsWith('Events:\t') ? align(sheet + events) : align(sheet) + align(events)
    yield* print(`${i === 0 ? '' : '\n\n'}${text}`)
  }
}

/** A name that is no object's is taken as a prefix, as the real one does. */
function* objectsOf(invocation: Invocation): Task<readonly Found[]> {
  const { args, flags } = invocation
  const [first, ...names] = args
  if (first === undefined && !flags.has('filename'))
    throw failure(
      'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
    )
  if (flags.has('filename') || first === undefined || first.includes('/'))
    return yield* findObjects(invocation)
  const found: Found[] = []
  for (const type of yield* findTypes(first)) {
    const all = yield* listFound(type, invocation)
    if (names.length === 0) found.push(...all)
    for (const name of names) {
      const exact = all.filter(({ object }) => nameOf(object) === name)
      const matching = exact.length > 0 ? exact : all.filter(({ object }) => nameOf(object).startsWith(name))
      if (matching.length > 0) found.push(...matching)
      else {
        const resource = `${type.resource}${type.group === '' ? '' : `.${type.group}`}`
        throw new CommandFailure(`Error from server (NotFound): ${resource} "${name}" not found\n`)
      }
    }
  }
  return found
}

const describeGeneric: Describer = (object) => {
  const { apiVersion, kind, metadata: _metadata, ...rest } = object
  const head =
    metadataLines(object) + line(0, `API Version:\t${String(apiVersion)}`) + line(0, `Kind:\t${String(kind)}`)
  return head + fieldLines(rest, 0)
}

function fieldLines(fields: JsonObject, level: number): string {
  return Object.keys(fields)
    .sort()
    .map((key) => valueLines(titleOf(key), fields[key] ?? null, level))
    .join('')
}

function valueLines(title: string, value: Json, level: number): string {
  if (isJsonObject(value)) return line(level, `${title}:`) + fieldLines(value, level + 1)
  if (!isJsonArray(value)) return line(level, `${title}:\t${String(value)}`)
  const entries = value.map((item) =>
    isJsonObject(item) ? fieldLines(item, level + 1) : line(level + 1, String(item)),
  )
  return line(level, `${title}:`) + entries.join('')
}

/** `podCIDR` is told as `Pod CIDR`. */
const titleOf = (key: string): string =>
  key.charAt(0).toUpperCase() + key.slice(1).replace(/([a-z0-9])([A-Z])/g, '$1 $2')
