// Tables with the columns that the user names: `NAME:.metadata.name,NODE:.spec.nodeName`. Models
// kubectl/pkg/cmd/get/customcolumn.go.
import type { JsonObject } from '../../sim/api/json.ts'
import { failure } from '../failure.ts'
import { evaluateJsonPath } from './json-path.ts'
import { alignTabs, TABLE_TABS } from './tab-writer.ts'

interface Column {
  readonly header: string
  readonly template: string
}

export function customColumns(spec: string, objects: readonly JsonObject[]): string {
  const columns = spec.split(',').map((part) => columnOf(part, spec))
  const rows = objects.map((object) => columns.map(({ template }) => cellOf(template, object)))
  const lines = [columns.map(({ header }) => header), ...rows].map((cells) => `${cells.join('\t')}\n`)
  return alignTabs(lines.join(''), TABLE_TABS)
}

function columnOf(part: string, spec: string): Column {
  const colon = part.indexOf(':')
  if (colon < 0) throw failure(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`)
  if (spec === '') throw failure('custom-columns format specified but no custom columns given')
  return { header: part.slice(0, colon), template: relaxed(part.slice(colon + 1)) }
}

/** `x.y`, `.x.y` and `{.x.y}` mean the same. */
function relaxed(path: string): string {
  const bare = path.replace(/^\{(.*)\}$/, '$1')
  return `{${bare.startsWith('.') ? '' : '.'}${bare}}`
}

function cellOf(template: string, object: JsonObject): string {
  const result = evaluateJsonPath(template, object)
  if ('error' in result || result.text === '') return '<none>'
  return result.text.split(' ').join(',')
}
