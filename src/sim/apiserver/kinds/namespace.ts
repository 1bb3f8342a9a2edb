// Namespace. Models kubernetes/pkg/registry/core/namespace; its deletion waits for the finalizer.
import { isDNS1123Label } from '../../api/name-formats.ts'
import type { Namespace } from '../../api/objects.ts'
import { change, fill } from '../pod-spec/fill.ts'
import { AGE_COLUMN, ageOf, NAME_COLUMN, text } from './runtime/columns.ts'
import { defineKind, maskTrailingHyphen, withMeta } from './runtime/kind-definition.ts'

/** The finalizer of the spec: the namespace controller removes it when the namespace is empty. */
const NAMESPACE_FINALIZER = 'kubernetes'
const NAME_LABEL = 'kubernetes.io/metadata.name'

export const namespaceKind = defineKind<Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  resource: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  subresources: ['status', 'finalize'],
  nameRule: (name, isPrefix) => isDNS1123Label(maskTrailingHyphen(name, isPrefix)),
  selectableFields: {
    name: (namespace) => namespace.metadata.name,
    'status.phase': (namespace) => namespace.status.phase ?? '',
  },
  columns: [NAME_COLUMN, text('Status'), AGE_COLUMN],
  applyDefaults: (namespace) => {
    const { name } = namespace.metadata
    const labels =
      name === undefined || name === ''
        ? undefined
        : fill(namespace.metadata.labels ?? {}, { [NAME_LABEL]: name })
    const named =
      labels === namespace.metadata.labels || labels === undefined
        ? namespace
        : withMeta(namespace, { labels })
    return change(named, 'spec', named.spec ?? {})
  },
  prepareForCreate: (namespace) => {
    const finalizers = namespace.spec.finalizers ?? []
    const kept = finalizers.includes(NAMESPACE_FINALIZER) ? finalizers : [...finalizers, NAMESPACE_FINALIZER]
    return { ...namespace, spec: { ...namespace.spec, finalizers: kept }, status: { phase: 'Active' } }
  },
  prepareForUpdate: (namespace, old) => ({ ...namespace, spec: old.spec, status: old.status }),
  prepareForStatusUpdate: (namespace, old) => ({
    ...namespace,
    spec: old.spec,
    status: namespace.status ?? {},
  }),
  row: (namespace, now) => [namespace.metadata.name, namespace.status.phase ?? '', ageOf(namespace, now)],
})
