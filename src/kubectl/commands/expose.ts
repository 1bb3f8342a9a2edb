// kubectl expose: a Service for a Deployment, ReplicaSet, Pod or Service. Models kubectl/pkg/cmd/expose.
import type { Json, JsonObject } from '../../sim/api/json.ts'
import type { Command } from '../command.ts'
import { print } from '../effects.ts'
import { apiFailure, failure } from '../failure.ts'
import { flag } from '../flags.ts'
import {
  createObject,
  findObjects,
  items,
  json,
  members,
  nameOf,
  namespaceOf,
  slashName,
  text,
} from '../objects.ts'
import { findType } from '../resource-types.ts'

export const expose: Command = {
  name: 'expose',
  summary: 'Take a deployment, service or pod and expose it as a new Kubernetes service',
  usage:
    'kubectl expose (-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--type=type] [options]',
  flags: [
    flag('port'),
    flag('target-port'),
    flag('protocol'),
    flag('name'),
    flag('type'),
    flag('cluster-ip'),
    flag('selector'),
    flag('filename', 'list', 'f'),
  ],
  *run(invocation) {
    const { flags } = invocation
    const [source, more] = yield* findObjects({
      ...invocation,
      flags: { ...flags, has: (name) => name !== 'selector' && flags.has(name) },
    })
    if (source === undefined || more !== undefined) throw failure('exactly one resource must be exposed')
    const { type, object } = source
    const selector = selectorOf(type.kind, object)
    if (selector === null) throw failure(`cannot expose a ${qualified(type.kind, type.group)}`)
    const ports = portsOf(type.kind, object, flags.text('port'))
    if (ports.length === 0)
      throw failure(
        "couldn't find port via --port flag or introspection\nSee 'kubectl expose -h' for help and examples",
      )
    const targetPort = flags.text('target-port')
    const specPorts = ports.map((port, i) => ({
      ...(ports.length > 1 ? { name: `port-${i + 1}` } : {}),
      protocol: flags.text('protocol') || port.protocol,
      port: port.port,
      targetPort: targetPort === '' ? port.port : /^\d+$/.test(targetPort) ? Number(targetPort) : targetPort,
    }))
    const name = flags.text('name') || nameOf(object)
    const service: JsonObject = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, labels: members(object, 'metadata', 'labels') },
      spec: {
        ports: specPorts,
        selector,
        ...(flags.has('type') ? { type: flags.text('type') } : {}),
        ...(flags.has('cluster-ip') ? { clusterIP: flags.text('cluster-ip') } : {}),
      },
    }
    const services = yield* findType('services')
    const created = yield* createObject({ type: services, namespace: namespaceOf(object), name }, service, {
      fieldManager: 'kubectl-expose',
    })
    if (!created.ok) throw apiFailure(created.status)
    yield* print(`${slashName(services, nameOf(json(created.object)))} exposed\n`)
  },
}

const qualified = (kind: string, group: string): string => (group === '' ? kind : `${kind}.${group}`)

function selectorOf(kind: string, object: JsonObject): JsonObject | null {
  if (kind === 'Pod') return members(object, 'metadata', 'labels')
  if (kind === 'Service') return members(object, 'spec', 'selector')
  if (kind === 'Deployment' || kind === 'ReplicaSet')
    return members(object, 'spec', 'selector', 'matchLabels')
  return null
}

interface Port {
  readonly port: number
  readonly protocol: string
}

function portsOf(kind: string, object: JsonObject, given: string): readonly Port[] {
  const containers =
    kind === 'Pod'
      ? items(object, 'spec', 'containers')
      : items(object, 'spec', 'template', 'spec', 'containers')
  const declared: Json[] =
    kind === 'Service'
      ? [...items(object, 'spec', 'ports')]
      : containers.flatMap((container) => [...items(container, 'ports')])
  const ports = declared.map((port) => ({
    port: Number(text(port, 'containerPort') || text(port, 'port')),
    protocol: text(port, 'protocol') || 'TCP',
  }))
  if (given === '') return ports
  return given.split(',').map((port) => {
    if (!/^\d+$/.test(port)) throw failure(`invalid port "${port}"`)
    return {
      port: Number(port),
      protocol: ports.find((known) => known.port === Number(port))?.protocol ?? 'TCP',
    }
  })
}
