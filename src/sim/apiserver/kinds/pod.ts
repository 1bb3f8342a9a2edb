// Pod. Models kubernetes/pkg/registry/core/pod/strategy.go and its printer; leaves out ephemeral
// containers and in-place resize.
import type { FieldError } from '../../api/field-errors.ts'
import { forbidden } from '../../api/field-errors.ts'
import type { Open } from '../../api/json.ts'
import { copied, extended, semanticEqual } from '../../api/json.ts'
import type { Pod, PodCondition } from '../../api/objects.ts'
import { defaultPod } from '../pod-spec/defaults.ts'
import { qosClassOf, validatePodSpecUpdate, validatePodStatusUpdate } from '../pod-spec/pod-update.ts'
import { validateSpecOfPod } from '../pod-spec/validation.ts'
import { AGE_COLUMN, ageOf, NAME_COLUMN, text, wide } from './runtime/columns.ts'
import { bumpGeneration, defineKind, SPEC, withMeta } from './runtime/kind-definition.ts'
import { podStatusCells } from './runtime/pod-cells.ts'

export const podKind = defineKind<Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  resource: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  subresources: ['status', 'binding', 'eviction', 'log', 'exec'],
  selectableFields: {
    'spec.nodeName': (pod) => pod.spec.nodeName ?? '',
    'spec.restartPolicy': (pod) => pod.spec.restartPolicy ?? '',
    'spec.schedulerName': (pod) => pod.spec.schedulerName ?? '',
    'spec.serviceAccountName': (pod) => pod.spec.serviceAccountName ?? '',
    'spec.hostNetwork': (pod) => String(pod.spec.hostNetwork ?? false),
    'status.phase': (pod) => pod.status.phase ?? '',
    'status.podIP': (pod) => pod.status.podIP ?? '',
    'status.podIPs': (pod) => (pod.status.podIPs ?? []).map((address) => address.ip ?? '').join(','),
    'status.nominatedNodeName': (pod) => pod.status.nominatedNodeName ?? '',
  },
  columns: [
    NAME_COLUMN,
    text('Ready'),
    text('Status'),
    text('Restarts'),
    AGE_COLUMN,
    wide('IP'),
    wide('Node'),
    wide('Nominated Node'),
    wide('Readiness Gates'),
  ],
  applyDefaults: defaultPod,
  prepareForCreate: (pod) => {
    const conditions = gatedConditions(pod)
    const status = {
      phase: 'Pending',
      qosClass: qosClassOf(pod.spec),
      ...(conditions === undefined ? {} : { conditions }),
    }
    return extended(withMeta(pod, { generation: 1 }), { status })
  },
  prepareForUpdate: (pod, old) => {
    const changed = !semanticEqual(pod.spec, old.spec)
    return extended(bumpGeneration(pod, old, changed), { status: old.status })
  },
  // The kubelet reports what runs; it may not redefine what should run, nor who owns it.
  prepareForStatusUpdate: (pod, old) => {
    const { ownerReferences: _owners, deletionTimestamp: _deletion, ...metadata } = pod.metadata
    const kept: Open<Pod['metadata']> = copied(metadata)
    const { ownerReferences, deletionTimestamp, generation } = old.metadata
    if (ownerReferences !== undefined) kept.ownerReferences = ownerReferences
    if (deletionTimestamp !== undefined) kept.deletionTimestamp = deletionTimestamp
    if (generation !== undefined) kept.generation = generation
    const status = extended(pod.status, { qosClass: old.status.qosClass ?? qosClassOf(old.spec) })
    return extended(pod, { metadata: kept, spec: old.spec, status })
  },
  validate: validatePodCreate,
  validateUpdate: validatePodSpecUpdate,
  validateStatusUpdate: validatePodStatusUpdate,
  row: (pod, now) => {
    const { ready, status, restarts } = podStatusCells(pod, now)
    const gates = pod.spec.readinessGates ?? []
    const passed = gates.filter((gate) =>
      pod.status.conditions?.some(
        (condition) => condition.type === gate.conditionType && condition.status === 'True',
      ),
    )
    return [
      pod.metadata.name,
      ready,
      status,
      restarts,
      ageOf(pod, now),
      orNone(pod.status.podIP ?? pod.status.podIPs?.[0]?.ip),
      orNone(pod.spec.nodeName),
      orNone(pod.status.nominatedNodeName),
      gates.length === 0 ? '<none>' : `${passed.length}/${gates.length}`,
    ]
  },
})

function validatePodCreate(pod: Pod): readonly FieldError[] {
  const errors = validateSpecOfPod(pod.spec, SPEC)
  if ((pod.spec.ephemeralContainers ?? []).length > 0) {
    errors.push(forbidden(SPEC.child('ephemeralContainers'), 'cannot be set on create'))
  }
  if ((pod.spec.nodeName ?? '') !== '' && (pod.spec.schedulingGates ?? []).length > 0) {
    errors.push(
      forbidden(SPEC.child('nodeName'), 'cannot be set until all schedulingGates have been cleared'),
    )
  }
  return errors
}

function gatedConditions(pod: Pod): readonly PodCondition[] | undefined {
  if ((pod.spec.schedulingGates ?? []).length === 0) return undefined
  const message = 'Scheduling is blocked due to non-empty scheduling gates'
  return [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message }]
}

function orNone(cell: string | undefined): string {
  return cell === undefined || cell === '' ? '<none>' : cell
}
