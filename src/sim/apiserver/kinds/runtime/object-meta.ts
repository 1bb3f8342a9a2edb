// Validation of metadata, the same for every kind. Models apimachinery/pkg/api/validation/objectmeta.go.
import type { FieldError, FieldPath } from '../../../api/field-errors.ts'
import { forbidden, invalid, isNonNegative, required, tooLong } from '../../../api/field-errors.ts'
import { deepEqual, semanticEqual } from '../../../api/json.ts'
import { validateLabels } from '../../../api/label-selector.ts'
import { isDNS1123Label, isQualifiedName } from '../../../api/name-formats.ts'
import type { KubeObject, Labels, ObjectMeta, OwnerReference } from '../../../api/objects.ts'
import { utf8Length } from '../../../api/utf8.ts'
import type { KindDefinition, NameRule } from './kind-definition.ts'
import { METADATA } from './kind-definition.ts'

const FIELD_IMMUTABLE = 'field is immutable'
const ANNOTATIONS_MAX_BYTES = 256 * 1024
const BANNED_OWNERS: readonly string[] = ['v1/Event', '/v1/Event']
const STANDARD_FINALIZERS: readonly string[] = ['foregroundDeletion', 'kubernetes', 'orphan']

export function validateObjectMeta(object: KubeObject, kind: KindDefinition): FieldError[] {
  return validateMeta(object.metadata, kind.namespaced, kind.nameRule, METADATA)
}

function validateMeta(
  meta: ObjectMeta,
  namespaced: boolean,
  nameRule: NameRule,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = []
  const generateName = meta.generateName ?? ''
  if (generateName !== '') {
    for (const message of nameRule(generateName, true)) {
      errors.push(invalid(path.child('generateName'), generateName, message))
    }
  }
  if (isBlank(meta.name)) errors.push(required(path.child('name'), 'name or generateName is required'))
  else
    for (const message of nameRule(meta.name, false))
      errors.push(invalid(path.child('name'), meta.name, message))

  if (namespaced) {
    if (isBlank(meta.namespace)) errors.push(required(path.child('namespace')))
    else {
      for (const message of isDNS1123Label(meta.namespace)) {
        errors.push(invalid(path.child('namespace'), meta.namespace, message))
      }
    }
  } else if (!isBlank(meta.namespace)) {
    errors.push(forbidden(path.child('namespace'), 'not allowed on this type'))
  }
  errors.push(...isNonNegative(meta.generation, path.child('generation')))
  if (meta.labels !== undefined) errors.push(...validateLabels(meta.labels, path.child('labels')))
  errors.push(...validateAnnotations(meta.annotations, path.child('annotations')))
  errors.push(...validateOwnerReferences(meta.ownerReferences ?? [], path.child('ownerReferences')))
  errors.push(...validateFinalizers(meta.finalizers ?? [], path.child('finalizers')))
  return errors
}

/** Upstream restores what a client may not change before this runs, so these are mostly guards. */
export function validateObjectMetaUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const meta = object.metadata
  const before = old.metadata
  const errors: FieldError[] = []
  if (before.deletionTimestamp !== undefined) {
    const kept = before.finalizers ?? []
    const added = (meta.finalizers ?? []).filter((finalizer) => !kept.includes(finalizer)).sort()
    if (added.length > 0) {
      const list = added.map((finalizer) => JSON.stringify(finalizer)).join(', ')
      const detail = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`
      errors.push(forbidden(METADATA.child('finalizers'), detail))
    }
  }
  if (isBlank(meta.resourceVersion)) {
    errors.push(
      invalid(METADATA.child('resourceVersion'), meta.resourceVersion, 'must be specified for an update'),
    )
  }
  if ((meta.generation ?? 0) < (before.generation ?? 0)) {
    errors.push(invalid(METADATA.child('generation'), meta.generation ?? 0, 'must not be decremented'))
  }
  for (const field of IMMUTABLE_FIELDS) {
    if (meta[field] !== before[field])
      errors.push(invalid(METADATA.child(field), meta[field], FIELD_IMMUTABLE))
  }
  if (meta.labels !== before.labels && meta.labels !== undefined) {
    errors.push(...validateLabels(meta.labels, METADATA.child('labels')))
  }
  if (meta.annotations !== before.annotations) {
    errors.push(...validateAnnotations(meta.annotations, METADATA.child('annotations')))
  }
  if (!deepEqual(meta.ownerReferences, before.ownerReferences)) {
    errors.push(...validateOwnerReferences(meta.ownerReferences ?? [], METADATA.child('ownerReferences')))
  }
  if (!deepEqual(meta.finalizers, before.finalizers)) {
    errors.push(...validateFinalizersOfKubernetes(meta.finalizers ?? [], METADATA.child('finalizers')))
  }
  return errors
}

const IMMUTABLE_FIELDS = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const

function validateAnnotations(annotations: Labels | undefined, path: FieldPath): FieldError[] {
  if (annotations === undefined) return []
  const errors: FieldError[] = []
  let bytes = 0
  for (const key of Object.keys(annotations)) {
    for (const message of isQualifiedName(key.toLowerCase())) errors.push(invalid(path, key, message))
    bytes += utf8Length(key) + utf8Length(annotations[key] ?? '')
  }
  if (bytes > ANNOTATIONS_MAX_BYTES) errors.push(tooLong(path, ANNOTATIONS_MAX_BYTES))
  return errors
}

/** The errors name the list and not the element, as upstream's do. */
function validateOwnerReferences(references: readonly OwnerReference[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = []
  let controller: string | undefined
  for (const reference of references) {
    if (versionOf(reference.apiVersion) === '')
      errors.push(invalid(path.child('apiVersion'), reference.apiVersion, 'version must not be empty'))
    for (const field of ['kind', 'name', 'uid'] as const) {
      if (isBlank(reference[field]))
        errors.push(invalid(path.child(field), reference[field] ?? '', 'must not be empty'))
    }
    if (BANNED_OWNERS.includes(`${reference.apiVersion}/${reference.kind}`)) {
      errors.push(invalid(path, reference, `/v1, Kind=${reference.kind} is disallowed from being an owner`))
    }
    if (reference.controller !== true) continue
    const name = `${reference.kind}/${reference.name}`
    if (controller === undefined) controller = name
    else {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`
      errors.push(invalid(path, references, detail))
    }
  }
  return errors
}

/** Empty where the text is no group and version. */
function versionOf(apiVersion: string | undefined): string {
  const parts = (apiVersion ?? '').split('/')
  return parts.length > 2 ? '' : (parts[parts.length - 1] ?? '')
}

function validateFinalizers(finalizers: readonly string[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = []
  for (const finalizer of finalizers)
    for (const message of isQualifiedName(finalizer)) errors.push(invalid(path, finalizer, message))
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    const detail = 'finalizer orphan and foregroundDeletion cannot be both set'
    errors.push(invalid(path, finalizers, detail))
  }
  return [...errors, ...validateFinalizersOfKubernetes(finalizers, path)]
}

/** What the kinds of Kubernetes itself add to the rules of the API machinery; this one names the element. */
function validateFinalizersOfKubernetes(finalizers: readonly string[], path: FieldPath): FieldError[] {
  const detail = 'name is neither a standard finalizer name nor is it fully qualified'
  return finalizers.flatMap((finalizer, index) =>
    finalizer.includes('/') || STANDARD_FINALIZERS.includes(finalizer)
      ? []
      : [invalid(path.index(index), finalizer, detail)],
  )
}

export function immutableField(value: unknown, old: unknown, path: FieldPath): FieldError[] {
  return semanticEqual(value, old) ? [] : [invalid(path, value, FIELD_IMMUTABLE)]
}

/** What Go calls the zero string: absent and empty are one. */
export function isBlank(text: string | undefined): text is undefined | '' {
  return text === undefined || text === ''
}
