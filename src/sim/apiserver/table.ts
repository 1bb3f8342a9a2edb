// Objects as table rows, as `kubectl get` asks for them. Models meta.k8s.io/v1 Table and its REST handling.
import type { KubeObject } from '../api/objects.ts'
import type { Micros } from '../kernel/micros.ts'
import type { KindDefinition } from './kinds/runtime/kind-definition.ts'

export type AcceptedForm = 'object' | 'table' | 'metadata'

/** The form that the client prefers: the first of its accept header that the server has. */
export function acceptedForm(accept: string | undefined): AcceptedForm {
  for (const part of (accept ?? '').split(',')) {
    if (part.includes('as=Table')) return 'table'
    if (part.includes('as=PartialObjectMetadata')) return 'metadata'
    const type = part.split(';')[0]?.trim()
    if (type === 'application/json' || type === '*/*' || type === 'application/*') return 'object'
  }
  return 'object'
}

export interface TableMeta {
  readonly resourceVersion: string
  readonly continue?: string
  readonly remainingItemCount?: number
}

export function tableOf(
  definition: KindDefinition,
  items: readonly KubeObject[],
  metadata: TableMeta,
  includeObject: string | undefined,
  now: Micros,
  headed = true,
): object {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: headed ? columnsOf(definition) : null,
    rows: items.map((object) => ({
      cells: definition.row(object, now),
      object: rowObject(object, includeObject),
    })),
  }
}

function columnsOf(definition: KindDefinition): object[] {
  return definition.columns.map(({ name, type, format = '', priority }) => ({
    name,
    type,
    format,
    description: '',
    priority,
  }))
}

function rowObject(object: KubeObject, includeObject: string | undefined): unknown {
  if (includeObject === 'None') return null
  if (includeObject === 'Object') return object
  return partialObject(object)
}

/** The object without spec and status. */
export function partialObject({ metadata }: KubeObject): KubeObject {
  return Object.freeze({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata })
}
