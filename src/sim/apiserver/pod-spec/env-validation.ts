// Validation of a container's environment. Models ValidateEnv and ValidateEnvFrom of
// kubernetes/pkg/apis/core/validation; leaves out the divisors of resource fields.
import type { FieldError, FieldPath } from '../../api/field-errors.ts'
import { invalid, notSupported, required } from '../../api/field-errors.ts'
import { isConfigMapKey, isDNS1123Subdomain, isEnvVarName, isQualifiedName } from '../../api/name-formats.ts'
import type { Container } from '../../api/objects.ts'
import { isBlank } from '../kinds/runtime/object-meta.ts'

type EnvVar = NonNullable<Container['env']>[number]
type EnvFromSource = NonNullable<Container['envFrom']>[number]
type EnvSource = NonNullable<EnvVar['valueFrom']>

const ENV_FIELDS: readonly string[] = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]
/** Fields that the downward API knows, but not for a variable. */
const OTHER_FIELDS: readonly string[] = [
  'metadata.annotations',
  'metadata.labels',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]

export function validateEnv(variables: readonly EnvVar[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = []
  variables.forEach((variable, index) => {
    const at = path.index(index)
    if (isBlank(variable.name)) errors.push(required(at.child('name')))
    else
      for (const message of isEnvVarName(variable.name))
        errors.push(invalid(at.child('name'), variable.name, message))
    if (variable.valueFrom === undefined) return
    errors.push(...validateSources(variable.valueFrom, variable.value, at.child('valueFrom')))
  })
  return errors
}

function validateSources(source: EnvSource, value: string | undefined, path: FieldPath): FieldError[] {
  const errors: FieldError[] = []
  if (source.fieldRef !== undefined) errors.push(...validateFieldRef(source.fieldRef, path.child('fieldRef')))
  for (const name of ['configMapKeyRef', 'secretKeyRef'] as const) {
    const reference = source[name]
    if (reference !== undefined) errors.push(...validateKeyReference(reference, path.child(name)))
  }
  const sources = Object.keys(source).length
  if (sources === 0) {
    const detail =
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'
    errors.push(invalid(path, '', detail))
  } else if (!isBlank(value)) {
    errors.push(invalid(path, '', 'may not be specified when `value` is not empty'))
  } else if (sources > 1) {
    errors.push(invalid(path, '', 'may not have more than one field specified at a time'))
  }
  return errors
}

function validateFieldRef(reference: NonNullable<EnvSource['fieldRef']>, path: FieldPath): FieldError[] {
  const { apiVersion = '', fieldPath = '' } = reference
  if (apiVersion === '') return [required(path.child('apiVersion'))]
  const at = path.child('fieldPath')
  if (fieldPath === '') return [required(at)]
  const [, field = fieldPath, subscript] = /^(.*)\['([^']*)'\]$/.exec(fieldPath) ?? []
  const known = ENV_FIELDS.includes(fieldPath) || OTHER_FIELDS.includes(field)
  if (apiVersion !== 'v1' || !known) {
    const cause =
      apiVersion === 'v1'
        ? `field label not supported: ${fieldPath}`
        : `unsupported pod version: ${apiVersion}`
    return [invalid(at, fieldPath, `error converting fieldPath: ${cause}`)]
  }
  if (subscript === undefined) {
    return ENV_FIELDS.includes(fieldPath) ? [] : [notSupported(at, fieldPath, ENV_FIELDS)]
  }
  const key = field === 'metadata.annotations' ? subscript.toLowerCase() : subscript
  return isQualifiedName(key).map((message) => invalid(path, key, message))
}

function validateKeyReference(
  { name = '', key }: { readonly name?: string; readonly key: string },
  path: FieldPath,
): FieldError[] {
  const errors = isDNS1123Subdomain(name).map((message) => invalid(path.child('name'), name, message))
  if (isBlank(key)) errors.push(required(path.child('key')))
  else for (const message of isConfigMapKey(key)) errors.push(invalid(path.child('key'), key, message))
  return errors
}

export function validateEnvFrom(sources: readonly EnvFromSource[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = []
  sources.forEach((source, index) => {
    const at = path.index(index)
    const { prefix } = source
    if (!isBlank(prefix))
      for (const message of isEnvVarName(prefix)) errors.push(invalid(at.child('prefix'), prefix, message))
    let count = 0
    for (const kind of ['configMapRef', 'secretRef'] as const) {
      const reference = source[kind]
      if (reference === undefined) continue
      count++
      const nameAt = at.child(kind, 'name')
      const { name } = reference
      if (isBlank(name)) errors.push(required(nameAt))
      else for (const message of isDNS1123Subdomain(name)) errors.push(invalid(nameAt, name, message))
    }
    if (count === 0) errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'))
    else if (count > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'))
  })
  return errors
}
