// Validation of what decides where a pod runs: tolerations, node affinity, spread. Models the parts of
// kubernetes/pkg/apis/core/validation; leaves out pod affinity beyond its topology keys.
import type { FieldError, FieldPath } from '../../api/field-errors.ts'
import { forbidden, invalid, notSupported, required } from '../../api/field-errors.ts'
import { isLabelValue, isQualifiedName } from '../../api/name-formats.ts'
import type { Affinity, NodeSelectorTerm, PodSpec, Toleration } from '../../api/objects.ts'
import { isBlank } from '../kinds/runtime/object-meta.ts'

export const TAINT_EFFECTS: readonly string[] = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

export function validateTolerations(tolerations: readonly Toleration[], path: FieldPath): FieldError[] {
  return tolerations.flatMap((toleration, index) => validateToleration(toleration, path.index(index)))
}

function validateToleration(toleration: Toleration, path: FieldPath): FieldError[] {
  const errors: FieldError[] = []
  const operator = toleration.operator ?? ''
  if (!isBlank(toleration.key)) {
    const key = toleration.key
    errors.push(...isQualifiedName(key).map((message) => invalid(path.child('key'), key, message)))
  } else if (operator !== 'Exists') {
    const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
    errors.push(invalid(path.child('operator'), operator, detail))
  }
  if (toleration.tolerationSeconds !== undefined && toleration.effect !== 'NoExecute') {
    const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set"
    errors.push(invalid(path.child('effect'), toleration.effect ?? '', detail))
  }
  const { value = '' } = toleration
  if (operator === '' || operator === 'Equal') {
    const messages = isLabelValue(value)
    if (messages.length > 0) errors.push(invalid(path.child('operator'), value, messages.join(';')))
  } else if (operator !== 'Exists') {
    errors.push(notSupported(path.child('operator'), operator, ['Equal', 'Exists']))
  } else if (value !== '') {
    errors.push(invalid(path.child('operator'), value, "value must be empty when `operator` is 'Exists'"))
  }
  if (!isBlank(toleration.effect) && !TAINT_EFFECTS.includes(toleration.effect)) {
    errors.push(notSupported(path.child('effect'), toleration.effect, TAINT_EFFECTS))
  }
  return errors
}

export function validateAffinity(affinity: Affinity, path: FieldPath): FieldError[] {
  const errors: FieldError[] = []
  const node = path.child('nodeAffinity')
  const requiredNode = affinity.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  if (requiredNode !== undefined) {
    const terms = requiredNode.nodeSelectorTerms ?? []
    const at = node.child('requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms')
    if (terms.length === 0) errors.push(required(at, 'must have at least one node selector term'))
    terms.forEach((term, index) => {
      errors.push(...validateNodeSelectorTerm(term, at.index(index)))
    })
  }
  affinity.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution?.forEach((preference, index) => {
    const at = node.child('preferredDuringSchedulingIgnoredDuringExecution').index(index)
    if (!(preference.weight >= 1 && preference.weight <= 100)) {
      errors.push(invalid(at.child('weight'), preference.weight, 'must be in the range 1-100'))
    }
    errors.push(...validateNodeSelectorTerm(preference.preference ?? {}, at.child('preference')))
  })
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    affinity[kind]?.requiredDuringSchedulingIgnoredDuringExecution?.forEach((term, index) => {
      if (!isBlank(term.topologyKey)) return
      const at = path.child(kind, 'requiredDuringSchedulingIgnoredDuringExecution').index(index)
      errors.push(required(at.child('topologyKey'), 'can not be empty'))
    })
  }
  return errors
}

function validateNodeSelectorTerm(term: NodeSelectorTerm, path: FieldPath): FieldError[] {
  const errors: FieldError[] = []
  term.matchExpressions?.forEach((expression, index) => {
    const at = path.child('matchExpressions').index(index)
    const count = expression.values?.length ?? 0
    switch (expression.operator) {
      case 'In':
      case 'NotIn':
        if (count === 0)
          errors.push(required(at.child('values'), "must be specified when `operator` is 'In' or 'NotIn'"))
        break
      case 'Exists':
      case 'DoesNotExist':
        if (count > 0) {
          const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
          errors.push(forbidden(at.child('values'), detail))
        }
        break
      case 'Gt':
      case 'Lt':
        if (count !== 1) {
          const detail = "must be specified single value when `operator` is 'Lt' or 'Gt'"
          errors.push(required(at.child('values'), detail))
        }
        break
      default:
        errors.push(invalid(at.child('operator'), expression.operator, 'not a valid selector operator'))
    }
    for (const message of isQualifiedName(expression.key ?? '')) {
      errors.push(invalid(at.child('key'), expression.key, message))
    }
  })
  term.matchFields?.forEach((field, index) => {
    const at = path.child('matchFields').index(index)
    if (field.key !== 'metadata.name')
      errors.push(invalid(at.child('key'), field.key, 'not a valid field selector key'))
    if (field.values?.length !== 1) {
      const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
      errors.push(required(at.child('values'), detail))
    }
  })
  return errors
}

export function validateSpread(spec: PodSpec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = []
  const actions: readonly string[] = ['DoNotSchedule', 'ScheduleAnyway']
  spec.topologySpreadConstraints?.forEach((constraint, index) => {
    const at = path.index(index)
    if (!(constraint.maxSkew > 0))
      errors.push(invalid(at.child('maxSkew'), constraint.maxSkew ?? 0, 'must be greater than zero'))
    if (isBlank(constraint.topologyKey)) errors.push(required(at.child('topologyKey'), 'can not be empty'))
    if (!actions.includes(constraint.whenUnsatisfiable)) {
      errors.push(notSupported(at.child('whenUnsatisfiable'), constraint.whenUnsatisfiable ?? '', actions))
    }
  })
  return errors
}
