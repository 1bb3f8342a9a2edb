// Objects for the tests of kinds, as the apiserver sees them after decoding and defaulting.
import { decode } from '../../../api/decode.ts'
import { fieldErrorText } from '../../../api/field-errors.ts'
import type { Json } from '../../../api/json.ts'
import type { KubeObject } from '../../../api/objects.ts'
import { KINDS } from '../index.ts'
import type { KindDefinition } from '../runtime/kind-definition.ts'

export type Tree = { [key: string]: unknown }

export function kindOf(name: string): KindDefinition {
  const kind = KINDS.all.find((candidate) => candidate.kind === name)
  if (kind === undefined) throw new Error(`no kind ${name}`)
  return kind
}

/** An object as the apiserver sees it after decoding and defaulting. */
export function incoming(kindName: string, fields: Tree, metadata: Tree = {}): KubeObject {
  const kind = kindOf(kindName)
  const system = { uid: 'u1', resourceVersion: '', creationTimestamp: '2026-01-01T00:00:00Z' }
  const meta = { name: 'web', ...(kind.namespaced ? { namespace: 'default' } : {}), ...system, ...metadata }
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`
  const decoded = decode(kindName, { apiVersion, kind: kindName, metadata: meta, ...fields } as Json)
  if ('error' in decoded) throw new Error(decoded.error)
  if (decoded.strictErrors.length > 0) throw new Error(decoded.strictErrors.join())
  return kind.applyDefaults(decoded.object as object as KubeObject)
}

export function created(kindName: string, fields: Tree, metadata: Tree = {}): KubeObject {
  return kindOf(kindName).prepareForCreate(incoming(kindName, fields, metadata))
}

export function errorsOf(kindName: string, fields: Tree): string[] {
  return kindOf(kindName).validate(incoming(kindName, fields)).map(fieldErrorText)
}

export const container = (fields: Tree = {}): Tree => ({ name: 'app', image: 'nginx:1.27', ...fields })
export const podSpec = (fields: Tree = {}): Tree => ({ spec: { containers: [container()], ...fields } })
export const withContainer = (fields: Tree): Tree => ({ spec: { containers: [container(fields)] } })
export const replicas = (fields: Tree = {}, template: Tree = {}): Tree => ({
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container()], ...template } },
    ...fields,
  },
})
