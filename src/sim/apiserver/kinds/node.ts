// Node. Models kubernetes/pkg/registry/core/node and its printer; leaves out dynamic configuration.
import type { FieldError } from '../../api/field-errors.ts'
import { duplicate, forbidden, invalid, notSupported, required } from '../../api/field-errors.ts'
import { isCIDR } from '../../api/ip-formats.ts'
import { extended, semanticEqual } from '../../api/json.ts'
import { isLabelValue, isQualifiedName } from '../../api/name-formats.ts'
import type { Node } from '../../api/objects.ts'
import { change } from '../pod-spec/fill.ts'
import { TAINT_EFFECTS } from '../pod-spec/placement-validation.ts'
import { AGE_COLUMN, ageOf, NAME_COLUMN, text, wide } from './runtime/columns.ts'
import { defineKind, SPEC } from './runtime/kind-definition.ts'
import { isBlank } from './runtime/object-meta.ts'

const ROLE_PREFIX = 'node-role.kubernetes.io/'

export const nodeKind = defineKind<Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  resource: 'nodes',
  shortNames: ['no'],
  namespaced: false,
  subresources: ['status'],
  selectableFields: { 'spec.unschedulable': (node) => String(node.spec.unschedulable ?? false) },
  columns: [
    NAME_COLUMN,
    text('Status'),
    text('Roles'),
    AGE_COLUMN,
    text('Version'),
    wide('Internal-IP'),
    wide('External-IP'),
    wide('OS-Image'),
    wide('Kernel-Version'),
    wide('Container-Runtime'),
  ],
  applyDefaults: (node) => change(change(node, 'spec', node.spec ?? {}), 'status', node.status ?? {}),
  // A kubelet registers itself with its status, so that is kept where other kinds drop it.
  prepareForUpdate: (node, old) => extended(node, { status: old.status }),
  prepareForStatusUpdate: (node, old) => extended(node, { spec: old.spec }),
  validate: validateNode,
  validateUpdate: (node, old) => [...validateNode(node), ...validateSpecUpdate(node, old)],
  row: (node, now) => [
    node.metadata.name,
    statusText(node),
    rolesText(node),
    ageOf(node, now),
    node.status.nodeInfo?.kubeletVersion ?? '',
    addressOf(node, 'InternalIP'),
    addressOf(node, 'ExternalIP'),
    orUnknown(node.status.nodeInfo?.osImage),
    orUnknown(node.status.nodeInfo?.kernelVersion),
    orUnknown(node.status.nodeInfo?.containerRuntimeVersion),
  ],
})

function validateNode(node: Node): FieldError[] {
  const errors: FieldError[] = []
  const path = SPEC.child('taints')
  const seen = new Set<string>()
  node.spec.taints?.forEach((taint, index) => {
    const at = path.index(index)
    for (const message of isQualifiedName(taint.key ?? ''))
      errors.push(invalid(at.child('key'), taint.key ?? '', message))
    for (const message of isLabelValue(taint.value ?? ''))
      errors.push(invalid(at.child('value'), taint.value, message))
    if (isBlank(taint.effect)) errors.push(required(at.child('effect')))
    else if (!TAINT_EFFECTS.includes(taint.effect)) {
      errors.push(notSupported(at.child('effect'), taint.effect, TAINT_EFFECTS))
    }
    const key = `${taint.key}:${taint.effect}`
    if (seen.has(key)) {
      // Upstream prints its internal type here, whose fields have Go's names.
      const { key: Key, value: Value = '', effect: Effect, timeAdded: TimeAdded = null } = taint
      const error = duplicate(at, { Key, Value, Effect, TimeAdded })
      errors.push({ ...error, body: `${error.body}: taints must be unique by key and effect pair` })
    }
    seen.add(key)
  })
  node.spec.podCIDRs?.forEach((cidr, index) => {
    if (isCIDR(cidr)) return
    const detail = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'
    errors.push(invalid(SPEC.child('podCIDRs').index(index), cidr, detail))
  })
  return errors
}

function validateSpecUpdate(node: Node, old: Node): FieldError[] {
  const errors: FieldError[] = []
  const before = old.spec.podCIDRs ?? []
  if (before.length > 0 && !semanticEqual(before, node.spec.podCIDRs)) {
    errors.push(
      forbidden(SPEC.child('podCIDRs'), 'node updates may not change podCIDR except from "" to valid'),
    )
  }
  if (!isBlank(old.spec.providerID) && old.spec.providerID !== node.spec.providerID) {
    errors.push(
      forbidden(SPEC.child('providerID'), 'node updates may not change providerID except from "" to valid'),
    )
  }
  return errors
}

function statusText(node: Node): string {
  const ready = node.status.conditions?.find((condition) => condition.type === 'Ready')
  const state = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'
  return node.spec.unschedulable === true ? `${state},SchedulingDisabled` : state
}

function rolesText(node: Node): string {
  const labels = node.metadata.labels ?? {}
  const roles = Object.keys(labels).flatMap((key) => {
    if (key.startsWith(ROLE_PREFIX))
      return key.length > ROLE_PREFIX.length ? key.slice(ROLE_PREFIX.length) : []
    return key === 'kubernetes.io/role' ? (labels[key] ?? []) : []
  })
  return roles.length === 0 ? '<none>' : [...new Set(roles)].sort().join(',')
}

function addressOf(node: Node, type: string): string {
  return node.status.addresses?.find((address) => address.type === type)?.address ?? '<none>'
}

function orUnknown(cell: string | undefined): string {
  return isBlank(cell) ? '<unknown>' : cell
}
