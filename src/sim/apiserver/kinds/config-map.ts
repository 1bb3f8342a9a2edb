// ConfigMap. Models kubernetes/pkg/registry/core/configmap and ValidateConfigMap.
import type { FieldError } from '../../api/field-errors.ts'
import { FieldPath, forbidden, invalid, tooLong } from '../../api/field-errors.ts'
import { semanticEqual } from '../../api/json.ts'
import { isConfigMapKey } from '../../api/name-formats.ts'
import type { ConfigMap } from '../../api/objects.ts'
import { utf8Length } from '../../api/utf8.ts'
import { AGE_COLUMN, ageOf, integer, NAME_COLUMN } from './runtime/columns.ts'
import { defineKind } from './runtime/kind-definition.ts'
import { decodedLength, MAX_PAYLOAD_BYTES } from './runtime/payload.ts'

const DATA = FieldPath.root('data')
const BINARY_DATA = FieldPath.root('binaryData')
const IMMUTABLE = FieldPath.root('immutable')

export const configMapKind = defineKind<ConfigMap>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  resource: 'configmaps',
  shortNames: ['cm'],
  namespaced: true,
  columns: [NAME_COLUMN, integer('Data'), AGE_COLUMN],
  validate: validateConfigMap,
  validateUpdate: (map, old) => [...validateImmutable(map, old), ...validateConfigMap(map)],
  row: (map, now) => [
    map.metadata.name,
    Object.keys(map.data ?? {}).length + Object.keys(map.binaryData ?? {}).length,
    ageOf(map, now),
  ],
})

function validateConfigMap(map: ConfigMap): FieldError[] {
  const errors: FieldError[] = []
  const { data = {}, binaryData = {} } = map
  let bytes = 0
  for (const key of Object.keys(data)) {
    for (const message of isConfigMapKey(key)) errors.push(invalid(DATA.key(key), key, message))
    if (Object.hasOwn(binaryData, key))
      errors.push(invalid(DATA.key(key), key, 'duplicate of key present in binaryData'))
    bytes += utf8Length(data[key] ?? '')
  }
  for (const key of Object.keys(binaryData)) {
    for (const message of isConfigMapKey(key)) errors.push(invalid(BINARY_DATA.key(key), key, message))
    bytes += decodedLength(binaryData[key] ?? '')
  }
  if (bytes > MAX_PAYLOAD_BYTES) errors.push(tooLong(FieldPath.root(''), MAX_PAYLOAD_BYTES))
  return errors
}

function validateImmutable(map: ConfigMap, old: ConfigMap): FieldError[] {
  if (old.immutable !== true) return []
  const detail = 'field is immutable when `immutable` is set'
  const errors: FieldError[] = []
  if (map.immutable !== true) errors.push(forbidden(IMMUTABLE, detail))
  if (!semanticEqual(map.data, old.data)) errors.push(forbidden(DATA, detail))
  if (!semanticEqual(map.binaryData, old.binaryData)) errors.push(forbidden(BINARY_DATA, detail))
  return errors
}
