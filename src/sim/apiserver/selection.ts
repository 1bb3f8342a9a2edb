// What a list or watch selects: a namespace, labels and fields.
import type { FieldSelector } from '../api/field-selector.ts'
import { fieldSelectorMatches, parseFieldSelector, requiredValue } from '../api/field-selector.ts'
import type { Selector } from '../api/label-selector.ts'
import { EVERYTHING, parseLabelSelector, selectorMatches } from '../api/label-selector.ts'
import type { KubeObject } from '../api/objects.ts'
import type { Status } from '../api/status.ts'
import { badRequest } from '../api/status.ts'
import type { ServedKind } from './served-kinds.ts'
import { isSelectable, readField } from './served-kinds.ts'

/** Plain data: it is part of a watcher. */
export interface Selection {
  /** Empty: all namespaces. */
  readonly namespace: string
  readonly labels: Selector
  readonly fields: FieldSelector
}

export function parseSelection(
  served: ServedKind,
  namespace: string,
  query: Readonly<Record<string, string>>,
): { readonly selection: Selection } | { readonly failure: Status } {
  const labels = parseLabelSelector(query.labelSelector ?? '')
  if ('error' in labels) return { failure: badRequest(labels.error) }
  const fields = parseFieldSelector(query.fieldSelector ?? '')
  if ('error' in fields) return { failure: badRequest(fields.error) }
  for (const term of fields.value) {
    if (isSelectable(served.definition, term.field)) continue
    return { failure: badRequest(unsupported(served, term.field)) }
  }
  const everything = labels.value.requirements.length === 0
  return { selection: { namespace, labels: everything ? EVERYTHING : labels.value, fields: fields.value } }
}

/** Kinds with fields of their own to select by word it in their own way. */
function unsupported({ definition }: ServedKind, field: string): string {
  return definition.selectableFields.size > 0
    ? `field label not supported: ${field}`
    : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`
}

export function selects(selection: Selection, served: ServedKind, object: KubeObject): boolean {
  const { namespace, labels, fields } = selection
  if (namespace !== '' && object.metadata.namespace !== namespace) return false
  if (
    fields.length > 0 &&
    !fieldSelectorMatches(fields, (field) => readField(served.definition, object, field))
  )
    return false
  return selectorMatches(labels, object.metadata.labels)
}

/** The one object that can match, as a key of the cache, where the selection says so. */
export function singleKey(selection: Selection, served: ServedKind): string | undefined {
  const name = requiredValue(selection.fields, 'metadata.name')
  if (name === undefined) return undefined
  if (!served.definition.namespaced) return name
  const namespace =
    selection.namespace !== '' ? selection.namespace : requiredValue(selection.fields, 'metadata.namespace')
  return namespace === undefined ? undefined : `${namespace}/${name}`
}

/** The value that the kind's trigger field must have, where the selection fixes one. */
export function triggerValue(selection: Selection, served: ServedKind): string | undefined {
  return served.trigger === undefined ? undefined : requiredValue(selection.fields, served.trigger.field)
}
