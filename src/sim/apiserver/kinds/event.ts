// Event of the core group. Models kubernetes/pkg/registry/core/event and its printer.
import type { FieldError } from '../../api/field-errors.ts'
import { FieldPath, invalid } from '../../api/field-errors.ts'
import { isValidPathSegment } from '../../api/name-formats.ts'
import type { Event } from '../../api/objects.ts'
import { fill } from '../pod-spec/fill.ts'
import { NAME_COLUMN, sinceTime, text, wide } from './runtime/columns.ts'
import { defineKind } from './runtime/kind-definition.ts'

type Field = readonly [string, (event: Event) => string]

const OBJECT_FIELDS = [
  'kind',
  'namespace',
  'name',
  'uid',
  'apiVersion',
  'resourceVersion',
  'fieldPath',
] as const
const objectFields = OBJECT_FIELDS.map(
  (name): Field => [`involvedObject.${name}`, (event) => event.involvedObject[name] ?? ''],
)

export const eventKind = defineKind<Event>({
  group: '',
  version: 'v1',
  kind: 'Event',
  resource: 'events',
  shortNames: ['ev'],
  namespaced: true,
  allowCreateOnUpdate: true,
  nameRule: isValidPathSegment,
  selectableFields: {
    ...Object.fromEntries(objectFields),
    reason: (event) => event.reason ?? '',
    reportingComponent: (event) => event.reportingComponent ?? '',
    source: (event) => event.source?.component ?? event.reportingComponent ?? '',
    type: (event) => event.type ?? '',
  },
  columns: [
    text('Last Seen'),
    text('Type'),
    text('Reason'),
    text('Object'),
    wide('Subobject'),
    wide('Source'),
    text('Message'),
    wide('First Seen'),
    wide('Count'),
    { ...NAME_COLUMN, priority: 1 },
  ],
  applyDefaults: (event) => fill(event, { involvedObject: {} }),
  validate: validateEvent,
  row: (event, now) => {
    const first = event.firstTimestamp ?? event.eventTime
    const last = event.series?.lastObservedTime ?? event.lastTimestamp ?? first
    const { kind = '', name = '', fieldPath = '' } = event.involvedObject
    const { component = event.reportingComponent ?? '', host } = event.source ?? {}
    return [
      sinceTime(last, now),
      event.type ?? '',
      event.reason ?? '',
      `${kind.toLowerCase()}/${name}`,
      fieldPath,
      host === undefined || host === '' ? component : `${component}, ${host}`,
      (event.message ?? '').trim(),
      sinceTime(first, now),
      String(event.series?.count ?? event.count ?? 1),
      event.metadata.name,
    ]
  },
})

function validateEvent(event: Event): FieldError[] {
  const about = event.involvedObject.namespace ?? ''
  const { namespace } = event.metadata
  // Events about cluster-scoped objects are kept in the namespace default.
  if (about === namespace || (about === '' && (namespace === 'default' || namespace === 'kube-system')))
    return []
  return [
    invalid(FieldPath.root('involvedObject').child('namespace'), about, 'does not match event.namespace'),
  ]
}
