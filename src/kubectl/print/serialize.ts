// Objects as text: YAML and JSON in kubectl's own layout, with sorted keys.
import { stringify } from 'yaml'
import type { Json } from '../../sim/api/json.ts'
import { isJsonArray, isJsonObject, setMember } from '../../sim/api/json.ts'

function sortKeys(value: Json): Json {
  if (isJsonArray(value)) return value.map(sortKeys)
  if (!isJsonObject(value)) return value
  const sorted: Record<string, Json> = {}
  for (const key of Object.keys(value).sort()) {
    const member = value[key]
    if (member !== undefined) setMember(sorted, key, sortKeys(member))
  }
  return sorted
}

export const toJsonText = (value: Json): string => `${JSON.stringify(sortKeys(value), null, 4)}\n`

/** One line, sorted: how the last applied configuration is kept. */
export const toCompactJson = (value: Json): string => JSON.stringify(sortKeys(value))

/** YAML 1.1, as kubectl writes it: times, `yes` and `on` are quoted. */
export const toYamlText = (value: Json): string =>
  stringify(sortKeys(value), { version: '1.1', indentSeq: false, lineWidth: 0, aliasDuplicateObjects: false })
