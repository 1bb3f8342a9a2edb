// The selectors that components use, understood independently of the API's own parser: equality, inequality, existence.
import type { KubeObject } from '../sim/api/objects.ts'

type Read = (name: string) => string | undefined

const holds = (term: string, read: Read): boolean => {
  const [name = '', value = ''] = term.split(/!=|==|=/)
  if (term.includes('!=')) return (read(name) ?? '') !== value
  if (term.includes('=')) return read(name) === value
  return term.startsWith('!') ? read(term.slice(1)) === undefined : read(term) !== undefined
}

const allHold = (text: string, read: Read): boolean =>
  text === '' || text.split(',').every((term) => holds(term.trim(), read))

function fieldOf(object: object, path: string): string {
  let value: unknown = object
  for (const name of path.split('.')) value = (value as Readonly<Record<string, unknown>> | undefined)?.[name]
  return value === undefined ? '' : String(value)
}

/** Whether a list or watch with these selectors has the object. */
export const selectedBy = (object: KubeObject, labels: string, fields: string): boolean =>
  allHold(labels, (name) => object.metadata.labels?.[name]) &&
  allHold(fields, (path) => fieldOf(object, path))

/** Whether an object has all these labels. */
export const hasLabels = (
  object: KubeObject,
  labels: Readonly<Record<string, string>> | undefined,
): boolean => Object.entries(labels ?? {}).every(([name, value]) => object.metadata.labels?.[name] === value)
