// ReplicaSet. Models kubernetes/pkg/registry/apps/replicaset and apps validation.
import type { FieldError } from '../../api/field-errors.ts'
import { invalid, isNonNegative } from '../../api/field-errors.ts'
import { extended, semanticEqual } from '../../api/json.ts'
import type { ReplicaSet } from '../../api/objects.ts'
import { defaultPodTemplate } from '../pod-spec/defaults.ts'
import { change, fill } from '../pod-spec/fill.ts'
import { validateTemplateForReplicas } from '../pod-spec/validation.ts'
import {
  AGE_COLUMN,
  ageOf,
  containerImages,
  containerNames,
  integer,
  NAME_COLUMN,
  selectorText,
  wide,
} from './runtime/columns.ts'
import { bumpGeneration, defineKind, SPEC, STATUS, withMeta } from './runtime/kind-definition.ts'
import { immutableField } from './runtime/object-meta.ts'
import { checkSelector } from './runtime/pod-selector.ts'

export const replicaSetKind = defineKind<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  resource: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  subresources: ['status', 'scale'],
  scale: {
    specReplicasPath: '.spec.replicas',
    statusReplicasPath: '.status.replicas',
    labelSelectorPath: '.status.selector',
  },
  selectableFields: { 'status.replicas': (set) => String(set.status.replicas ?? 0) },
  columns: [
    NAME_COLUMN,
    integer('Desired'),
    integer('Current'),
    integer('Ready'),
    AGE_COLUMN,
    wide('Containers'),
    wide('Images'),
    wide('Selector'),
  ],
  applyDefaults: (set) => {
    const spec = fill(set.spec ?? {}, { replicas: 1 })
    return change(set, 'spec', change(spec, 'template', defaultPodTemplate(spec.template)))
  },
  prepareForCreate: (set) => ({ ...withMeta(set, { generation: 1 }), status: { replicas: 0 } }),
  prepareForUpdate: (set, old) => {
    const changed = !semanticEqual(set.spec, old.spec)
    return { ...bumpGeneration(set, old, changed), status: old.status }
  },
  prepareForStatusUpdate: (set, old) =>
    extended(set, { spec: old.spec, status: set.status ?? { replicas: 0 } }),
  validate: validateReplicaSet,
  validateUpdate: (set, old) => [
    ...validateReplicaSet(set),
    ...immutableField(set.spec.selector, old.spec.selector, SPEC.child('selector')),
  ],
  validateStatusUpdate: validateStatus,
  row: (set, now) => [
    set.metadata.name,
    set.spec.replicas ?? 0,
    set.status.replicas ?? 0,
    set.status.readyReplicas ?? 0,
    ageOf(set, now),
    containerNames(set.spec.template),
    containerImages(set.spec.template),
    selectorText(set.spec.selector),
  ],
})

function validateReplicaSet(set: ReplicaSet): FieldError[] {
  const { spec } = set
  const errors = isNonNegative(spec.replicas, SPEC.child('replicas'))
  errors.push(...isNonNegative(spec.minReadySeconds, SPEC.child('minReadySeconds')))
  const { selector, errors: selectorErrors } = checkSelector(spec.selector, SPEC.child('selector'))
  errors.push(...selectorErrors)
  if (selector !== undefined) {
    errors.push(...validateTemplateForReplicas(spec.template, selector, SPEC.child('template')))
  }
  return errors
}

function validateStatus(set: ReplicaSet): FieldError[] {
  const errors: FieldError[] = []
  const { status } = set
  for (const field of COUNTS) errors.push(...isNonNegative(status[field], STATUS.child(field)))
  errors.push(...isNonNegative(status.observedGeneration, STATUS.child('observedGeneration')))
  const { replicas, readyReplicas = 0, availableReplicas = 0, fullyLabeledReplicas = 0 } = status
  const limit = 'cannot be greater than status.replicas'
  if (fullyLabeledReplicas > replicas)
    errors.push(invalid(STATUS.child('fullyLabeledReplicas'), fullyLabeledReplicas, limit))
  if (readyReplicas > replicas) errors.push(invalid(STATUS.child('readyReplicas'), readyReplicas, limit))
  if (availableReplicas > replicas)
    errors.push(invalid(STATUS.child('availableReplicas'), availableReplicas, limit))
  if (availableReplicas > readyReplicas) {
    errors.push(
      invalid(STATUS.child('availableReplicas'), availableReplicas, 'cannot be greater than readyReplicas'),
    )
  }
  return errors
}

const COUNTS = [
  'replicas',
  'fullyLabeledReplicas',
  'readyReplicas',
  'availableReplicas',
  'terminatingReplicas',
] as const
