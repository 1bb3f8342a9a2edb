// Manifests from YAML or JSON text: one or several documents, Lists opened. The reader bounds everything a careless or
// hostile file can do. A pure function, used by every part that takes YAML.
import type { JsonObject } from '../sim/api/json.ts'
import { isJsonArray, isJsonObject } from '../sim/api/json.ts'
import { readYaml, YamlRefusal } from './bounded-yaml.ts'

export interface ManifestError {
  /** `syntax`: it cannot be read. `object`: it is read, and is no object of Kubernetes. */
  readonly type: 'syntax' | 'object'
  readonly message: string
  /** Both count from 1; 0 where the error has no place. */
  readonly line: number
  readonly column: number
}

export type Manifests = { readonly objects: readonly JsonObject[] } | { readonly error: ManifestError }

/** As many as a `List` may open into, and a file may hold. */
export const MAX_OBJECTS = 5_000

export function parseManifests(text: string): Manifests {
  const objects: JsonObject[] = []
  try {
    for (const { value, line, column } of readYaml(text)) {
      if (value === null) continue
      const unset = isJsonObject(value) ? notSet(value) : 'invalid object to validate'
      if (unset !== '' || !isJsonObject(value))
        return { error: { type: 'object', message: unset, line, column } }
      objects.push(...openList(value))
      if (objects.length > MAX_OBJECTS)
        throw new YamlRefusal(`it has more than ${MAX_OBJECTS} objects`, line, column)
    }
  } catch (error) {
    if (!(error instanceof YamlRefusal)) throw error
    const { message, line, column } = error
    return { error: { type: 'syntax', message, line, column } }
  }
  return { objects }
}

/** What kubectl's own check finds: it wants to know the type, and leaves the rest to the server. */
function notSet(value: JsonObject): string {
  const problems = ['apiVersion', 'kind'].flatMap((field) => {
    const given = value[field]
    if (given === undefined || given === null || given === '') return [`${field} not set`]
    return typeof given === 'string' ? [] : [`${field} isn't string type`]
  })
  return problems.length > 1 ? `[${problems.join(', ')}]` : problems.join('')
}

function openList(value: JsonObject): readonly JsonObject[] {
  const { kind, items } = value
  if (kind !== 'List' || items === undefined || !isJsonArray(items)) return [value]
  return items.filter(isJsonObject)
}
