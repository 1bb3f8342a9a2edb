// Deployment. Models kubernetes/pkg/registry/apps/deployment and apps validation.
import type { FieldError, FieldPath } from '../../api/field-errors.ts'
import { forbidden, invalid, isNonNegative, notSupported } from '../../api/field-errors.ts'
import type { IntOrString } from '../../api/int-or-string.ts'
import { percentOf } from '../../api/int-or-string.ts'
import { extended, semanticEqual } from '../../api/json.ts'
import { isValidPercent } from '../../api/name-formats.ts'
import type { Deployment, DeploymentSpec } from '../../api/objects.ts'
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
  text,
  wide,
} from './runtime/columns.ts'
import { bumpGeneration, defineKind, SPEC, STATUS, withMeta } from './runtime/kind-definition.ts'
import { immutableField } from './runtime/object-meta.ts'
import { checkSelector } from './runtime/pod-selector.ts'

export const deploymentKind = defineKind<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  resource: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  subresources: ['status', 'scale'],
  scale: {
    specReplicasPath: '.spec.replicas',
    statusReplicasPath: '.status.replicas',
    labelSelectorPath: '.status.selector',
  },
  columns: [
    NAME_COLUMN,
    text('Ready'),
    integer('Up-to-date'),
    integer('Available'),
    AGE_COLUMN,
    wide('Containers'),
    wide('Images'),
    wide('Selector'),
  ],
  applyDefaults: (deployment) => change(deployment, 'spec', defaultSpec(deployment.spec ?? {})),
  prepareForCreate: (deployment) => ({ ...withMeta(deployment, { generation: 1 }), status: {} }),
  // An annotation may be an instruction to the controller, such as a rollout's cause, so it counts too.
  prepareForUpdate: (deployment, old) => {
    const changed =
      !semanticEqual(deployment.spec, old.spec) ||
      !semanticEqual(deployment.metadata.annotations, old.metadata.annotations)
    return extended(bumpGeneration(deployment, old, changed), { status: old.status })
  },
  prepareForStatusUpdate: (deployment, old) => {
    const { labels: _labels, ...metadata } = deployment.metadata
    const labels = old.metadata.labels
    const kept = labels === undefined ? metadata : extended(metadata, { labels })
    return extended(deployment, { metadata: kept, spec: old.spec, status: deployment.status ?? {} })
  },
  validate: validateDeployment,
  validateUpdate: (deployment, old) => [
    ...validateDeployment(deployment),
    ...immutableField(deployment.spec.selector, old.spec.selector, SPEC.child('selector')),
  ],
  validateStatusUpdate: validateStatus,
  row: (deployment, now) => [
    deployment.metadata.name,
    `${deployment.status.readyReplicas ?? 0}/${deployment.spec.replicas ?? 0}`,
    deployment.status.updatedReplicas ?? 0,
    deployment.status.availableReplicas ?? 0,
    ageOf(deployment, now),
    containerNames(deployment.spec.template),
    containerImages(deployment.spec.template),
    selectorText(deployment.spec.selector),
  ],
})

function defaultSpec(given: DeploymentSpec): DeploymentSpec {
  const spec = fill(given, {
    replicas: 1,
    strategy: {},
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
  })
  let strategy = fill(spec.strategy ?? {}, { type: 'RollingUpdate' })
  if (strategy.type === 'RollingUpdate') {
    const rollingUpdate = fill(strategy.rollingUpdate ?? {}, { maxUnavailable: '25%', maxSurge: '25%' })
    strategy = change(strategy, 'rollingUpdate', rollingUpdate)
  }
  return change(change(spec, 'strategy', strategy), 'template', defaultPodTemplate(spec.template))
}

function validateDeployment({ spec }: Deployment): FieldError[] {
  const errors = isNonNegative(spec.replicas, SPEC.child('replicas'))
  const { selector, errors: selectorErrors } = checkSelector(spec.selector, SPEC.child('selector'))
  errors.push(...selectorErrors)
  if (selector !== undefined) {
    errors.push(...validateTemplateForReplicas(spec.template, selector, SPEC.child('template')))
  }
  errors.push(...validateStrategy(spec, SPEC.child('strategy')))
  errors.push(...isNonNegative(spec.minReadySeconds, SPEC.child('minReadySeconds')))
  errors.push(...isNonNegative(spec.revisionHistoryLimit, SPEC.child('revisionHistoryLimit')))
  const deadline = spec.progressDeadlineSeconds
  if (deadline !== undefined) {
    const path = SPEC.child('progressDeadlineSeconds')
    errors.push(...isNonNegative(deadline, path))
    if (deadline <= (spec.minReadySeconds ?? 0)) {
      errors.push(invalid(path, deadline, 'must be greater than minReadySeconds'))
    }
  }
  return errors
}

function validateStrategy(spec: DeploymentSpec, path: FieldPath): FieldError[] {
  const { type, rollingUpdate } = spec.strategy ?? {}
  if (type === 'Recreate') {
    if (rollingUpdate === undefined) return []
    return [forbidden(path.child('rollingUpdate'), "may not be specified when strategy `type` is 'Recreate'")]
  }
  if (type !== 'RollingUpdate') {
    // Upstream prints its internal type here, whose fields have Go's names.
    const RollingUpdate =
      rollingUpdate === undefined
        ? null
        : { MaxUnavailable: rollingUpdate.maxUnavailable, MaxSurge: rollingUpdate.maxSurge }
    return [notSupported(path, { Type: type ?? '', RollingUpdate }, ['Recreate', 'RollingUpdate'])]
  }
  const at = path.child('rollingUpdate')
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {}
  const errors = [
    ...validateAmount(maxUnavailable, at.child('maxUnavailable')),
    ...validateAmount(maxSurge, at.child('maxSurge')),
  ]
  if (isZero(maxUnavailable) && isZero(maxSurge)) {
    errors.push(invalid(at.child('maxUnavailable'), maxUnavailable, 'may not be 0 when `maxSurge` is 0'))
  }
  if (typeof maxUnavailable === 'string' && (percentOf(maxUnavailable) ?? 0) > 100) {
    errors.push(invalid(at.child('maxUnavailable'), maxUnavailable, 'must not be greater than 100%'))
  }
  return errors
}

function validateAmount(amount: IntOrString, path: FieldPath): FieldError[] {
  if (typeof amount === 'number') return isNonNegative(amount, path)
  return isValidPercent(amount).map((message) => invalid(path, amount, message))
}

function isZero(amount: IntOrString): boolean {
  return amount === 0 || (typeof amount === 'string' && percentOf(amount) === 0)
}

const COUNTS = [
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
] as const

function validateStatus({ status }: Deployment): FieldError[] {
  const errors = isNonNegative(status.observedGeneration, STATUS.child('observedGeneration'))
  for (const field of COUNTS) errors.push(...isNonNegative(status[field], STATUS.child(field)))
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = status
  const limit = 'cannot be greater than status.replicas'
  if (updatedReplicas > replicas)
    errors.push(invalid(STATUS.child('updatedReplicas'), updatedReplicas, limit))
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
