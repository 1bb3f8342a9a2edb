// Tables of objects, from the server's meta.k8s.io Table, or name and age where it sent plain objects. Models
// cli-runtime/pkg/printers/tableprinter.go.
import type { Json, JsonObject } from '../../sim/api/json.ts'
import { isJsonArray, isJsonObject } from '../../sim/api/json.ts'
import { items, members, text } from '../objects.ts'
import type { ResourceType } from '../resource-types.ts'
import { qualifiedName } from '../resource-types.ts'
import { alignTabs, TABLE_TABS } from './tab-writer.ts'

interface Column {
  readonly name: string
  readonly wide: boolean
}

interface Row {
  readonly cells: readonly string[]
  readonly object: JsonObject
}

export interface Table {
  readonly type: ResourceType
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
}

export interface TableLook {
  readonly wide: boolean
  readonly headers: boolean
  readonly withNamespace: boolean
  readonly withKind: boolean
  readonly labels: boolean
  readonly labelColumns: readonly string[]
}

/** `before`: the columns of an earlier table of the same watch, for one that comes without its own. */
export function asTable(type: ResourceType, body: JsonObject, before: Table['columns'] = []): Table {
  if (body.kind !== 'Table') return plainTable(type, body)
  const own = items(body, 'columnDefinitions').map((column) => ({
    name: text(column, 'name'),
    wide: (text(column, 'priority') || '0') !== '0',
  }))
  const rows = items(body, 'rows').map((row) => ({
    cells: items(row, 'cells').map(cellText),
    object: members(row, 'object'),
  }))
  return { type, columns: own.length === 0 ? before : own, rows }
}

export const appendRows = (table: Table, more: Table): Table => ({
  ...table,
  rows: [...table.rows, ...more.rows],
})

function plainTable(type: ResourceType, body: JsonObject): Table {
  const list = body.items
  const objects = list !== undefined && isJsonArray(list) ? list.filter(isJsonObject) : [body]
  const columns = [
    { name: 'Name', wide: false },
    { name: 'Created At', wide: false },
  ]
  const rows = objects.map((object) => ({
    cells: [text(object, 'metadata', 'name'), text(object, 'metadata', 'creationTimestamp')],
    object,
  }))
  return { type, columns, rows }
}

/** Line ends in a cell would break the table. */
const cellText = (cell: Json): string =>
  (typeof cell === 'string' ? cell : cell === null ? '<none>' : JSON.stringify(cell)).replace(/\r?\n/g, '\\n')

/** Several tables have an empty line between them. */
export function printTables(tables: readonly Table[], look: TableLook): string {
  return tables.map((table) => printTable(table, look)).join('\n')
}

/** `memory` has the widths of what was printed before. */
export function printTable(table: Table, look: TableLook, memory?: number[]): string {
  const shown = table.columns.flatMap((column, i) => (column.wide && !look.wide ? [] : [i]))
  const lines: string[][] = []
  const withNamespace = look.withNamespace && table.type.namespaced
  if (look.headers) {
    const names = shown.map((i) => (table.columns[i]?.name ?? '').toUpperCase())
    const labels = look.labelColumns.map((label) => (label.split('/').at(-1) ?? label).toUpperCase())
    lines.push([
      ...(withNamespace ? ['NAMESPACE'] : []),
      ...names,
      ...labels,
      ...(look.labels ? ['LABELS'] : []),
    ])
  }
  for (const { cells, object } of table.rows) {
    const own = members(object, 'metadata', 'labels')
    const values = shown.map((i) => cells[i] ?? '')
    if (look.withKind) values[0] = `${qualifiedName(table.type)}/${values[0] ?? ''}`
    const namespace = withNamespace ? [text(object, 'metadata', 'namespace')] : []
    const columns = look.labelColumns.map((label) => text(own, label))
    lines.push([...namespace, ...values, ...columns, ...(look.labels ? [labelsText(own)] : [])])
  }
  return alignTabs(lines.map((line) => `${line.join('\t')}\n`).join(''), {
    ...TABLE_TABS,
    ...(memory === undefined ? {} : { memory }),
  })
}

function labelsText(labels: JsonObject): string {
  const keys = Object.keys(labels).sort()
  return keys.length === 0 ? '<none>' : keys.map((key) => `${key}=${text(labels, key)}`).join(',')
}
