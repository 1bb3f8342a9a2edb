// kubectl get: tables as the server prints them, or objects in another format. Models kubectl/pkg/cmd/get. Left out:
// templates other than JSONPath, custom columns of a watch, sorting by several keys.

import type { Json, JsonObject } from '../../sim/api/json.ts'
import { isJsonArray, isJsonObject } from '../../sim/api/json.ts'
import { resourcePath } from '../../sim/api/resources.ts'
import type { FailureStatus } from '../../sim/client/index.ts'
import { api } from '../../sim/client/index.ts'
import type { Task } from '../../sim/kernel/task.ts'
import type { Command, Invocation } from '../command.ts'
import { readManifests } from '../command.ts'
import { closeWatch, nextEvent, openWatch, print, printError } from '../effects.ts'
import { apiErrorText, CommandFailure, failure, listFailure } from '../failure.ts'
import { flag } from '../flags.ts'
import { apiVersion, at, json, namedTargets, nameOf, scopeOf, slashName, targetOf, text } from '../objects.ts'
import { customColumns } from '../print/custom-columns.ts'
import { evaluateJsonPath } from '../print/json-path.ts'
import { toJsonText, toYamlText } from '../print/serialize.ts'
import type { Table, TableLook } from '../print/table.ts'
import { appendRows, asTable, printTable, printTables } from '../print/table.ts'
import type { ResourceType } from '../resource-types.ts'
import { findTypes } from '../resource-types.ts'

const TABLE_ACCEPT = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
const CUSTOM = 'custom-columns='
const FORMATS = ['', 'wide', 'yaml', 'json', 'name']

/** One request's worth: a list, or one object by name. */
interface Query {
  readonly type: ResourceType
  readonly namespace: string | null
  readonly name: string | null
}

export const get: Command = {
  name: 'get',
  summary: 'Display one or many resources',
  usage:
    'kubectl get [(-o|--output=)json|yaml|name|jsonpath|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]',
  flags: [
    flag('output', 'text', 'o'),
    flag('all-namespaces', 'bool', 'A'),
    flag('selector', 'text', 'l'),
    flag('field-selector'),
    flag('show-labels', 'bool'),
    flag('label-columns', 'list', 'L'),
    flag('watch', 'bool', 'w'),
    flag('watch-only', 'bool'),
    flag('no-headers', 'bool'),
    flag('show-kind', 'bool'),
    flag('ignore-not-found', 'bool'),
    flag('sort-by'),
    flag('chunk-size', 'number'),
    flag('filename', 'list', 'f'),
  ],
  run: runGet,
}

function* runGet(invocation: Invocation): Task<void> {
  const output = invocation.flags.text('output')
  checkFormat(output)
  const queries = yield* queriesOf(invocation)
  if (invocation.flags.bool('watch') || invocation.flags.bool('watch-only')) yield* watch(invocation, queries)
  else if (output === '' || output === 'wide') yield* showTables(invocation, queries)
  else yield* showObjects(invocation, queries, output)
}

/** What kubectl itself offers; what of it is not here is refused by its own name. */
const ALL_FORMATS =
  'custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml'

function checkFormat(output: string): void {
  if (FORMATS.includes(output) || output.startsWith('jsonpath=') || output.startsWith(CUSTOM)) return
  const [name = ''] = output.split('=')
  if (name === 'jsonpath') throw failure('template format specified but no template given')
  if (name === 'custom-columns') throw failure('custom-columns format specified but no custom columns given')
  if (ALL_FORMATS.split(',').includes(name))
    throw failure(`the output format "${name}" is not available here`)
  throw failure(
    `unable to match a printer suitable for the output format "${output}", allowed formats are: ${ALL_FORMATS}`,
  )
}

function* queriesOf(invocation: Invocation): Task<readonly Query[]> {
  const { args, flags, namespace, command } = invocation
  if (flags.has('filename')) {
    const queries: Query[] = []
    for (const { object } of readManifests(invocation)) queries.push(yield* targetOf(object, invocation))
    return queries
  }
  const [first, ...names] = args
  if (first === undefined)
    throw new CommandFailure(
      `You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\nerror: Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\nSee '${command} -h' for help and examples\n`,
    )
  if (names.length > 0 || first.includes('/')) {
    if (flags.has('selector')) throw failure('name cannot be provided when a selector is specified')
    if (flags.bool('all-namespaces'))
      throw failure('a resource cannot be retrieved by name across all namespaces')
    return yield* namedTargets(invocation)
  }
  const types = yield* findTypes(first)
  return types.map((type) => ({
    type,
    namespace: flags.bool('all-namespaces') ? null : scopeOf(type, namespace),
    name: null,
  }))
}

function selectors({ flags }: Invocation): Record<string, string> {
  return {
    ...(flags.has('selector') ? { labelSelector: flags.text('selector') } : {}),
    ...(flags.has('field-selector') ? { fieldSelector: flags.text('field-selector') } : {}),
  }
}

type Fetched =
  | { readonly ok: true; readonly body: JsonObject }
  | { readonly ok: false; readonly status: FailureStatus }

function* fetch(invocation: Invocation, query: Query, accept: string): Task<Fetched> {
  const { type, namespace, name } = query
  const path = resourcePath(type, namespace, name ?? undefined)
  // To sort by a field, the rows must come with their whole objects.
  const whole: Record<string, string> = invocation.flags.has('sort-by') ? { includeObject: 'Object' } : {}
  const parameters = name === null ? { ...selectors(invocation), limit: '500', ...whole } : {}
  let body: JsonObject | null = null
  let token = ''
  do {
    const page: Readonly<Record<string, string>> =
      token === '' ? parameters : { ...parameters, continue: token }
    const result = yield* api.raw({ method: 'GET', path, query: page, headers: { accept } })
    if (!result.ok)
      return name === null
        ? { ok: false, status: listFailure(result.status, type, selectors(invocation)) }
        : result
    body = joinPages(body, json(result.object))
    token = name === null ? String(at(body, 'metadata', 'continue') ?? '') : ''
  } while (token !== '')
  return { ok: true, body }
}

function joinPages(before: JsonObject | null, page: JsonObject): JsonObject {
  if (before === null) return page
  const join = (key: 'items' | 'rows'): JsonObject => {
    const [a, b] = [before[key], page[key]]
    return a !== undefined && b !== undefined && isJsonArray(a) && isJsonArray(b)
      ? { [key]: [...a, ...b] }
      : {}
  }
  return { ...page, ...join('items'), ...join('rows') }
}

function look({ flags }: Invocation, queries: readonly Query[]): TableLook {
  const kinds = new Set(queries.map((query) => query.type.resource))
  return {
    wide: flags.text('output') === 'wide',
    headers: !flags.bool('no-headers'),
    withNamespace: flags.bool('all-namespaces'),
    withKind: flags.bool('show-kind') || kinds.size > 1,
    labels: flags.bool('show-labels'),
    labelColumns: flags.list('label-columns').flatMap((list) => list.split(',')),
  }
}

function* showTables(invocation: Invocation, queries: readonly Query[]): Task<void> {
  const tables: Table[] = []
  let failed = false
  for (const query of queries) {
    const fetched = yield* fetch(invocation, query, TABLE_ACCEPT)
    if (!fetched.ok) failed = (yield* reportFailure(invocation, fetched.status)) || failed
    else {
      const table = sortRows(asTable(query.type, fetched.body), invocation.flags.text('sort-by'))
      const last = tables.at(-1)
      // Objects of one type, asked for by name, share one table.
      if (last?.type.resource === table.type.resource && query.name !== null)
        tables[tables.length - 1] = appendRows(last, table)
      else tables.push(table)
    }
  }
  const filled = tables.filter((table) => table.rows.length > 0)
  if (filled.length > 0) yield* print(printTables(filled, look(invocation, queries)))
  else if (!failed && !invocation.flags.bool('ignore-not-found'))
    yield* printError(`${nothingFound(queries)}\n`)
  if (failed) throw new CommandFailure('')
}

function nothingFound(queries: readonly Query[]): string {
  const namespace = queries.find((query) => query.type.namespaced)?.namespace
  return namespace === undefined || namespace === null
    ? 'No resources found'
    : `No resources found in ${namespace} namespace.`
}

/** True when it counts as a failure of the command. */
function* reportFailure(invocation: Invocation, status: FailureStatus): Task<boolean> {
  if (status.reason === 'NotFound' && invocation.flags.bool('ignore-not-found')) return false
  yield* printError(`${apiErrorText(status)}\n`)
  return true
}

function sortRows(table: Table, path: string): Table {
  if (path === '') return table
  const template = path.startsWith('{') ? path : `{${path.startsWith('.') ? '' : '.'}${path}}`
  const keyed = table.rows.map((row) => {
    const key = evaluateJsonPath(template, row.object)
    return { row, key: 'text' in key ? key.text : '' }
  })
  const numeric = keyed.every(({ key }) => /^-?\d+$/.test(key))
  keyed.sort((a, b) => (numeric ? Number(a.key) - Number(b.key) : a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  return { ...table, rows: keyed.map(({ row }) => row) }
}

function* showObjects(invocation: Invocation, queries: readonly Query[], output: string): Task<void> {
  const objects: { readonly type: ResourceType; readonly object: JsonObject }[] = []
  let failed = false
  for (const query of queries) {
    const fetched = yield* fetch(invocation, query, 'application/json')
    if (!fetched.ok) failed = (yield* reportFailure(invocation, fetched.status)) || failed
    else if (query.name !== null) objects.push({ type: query.type, object: fetched.body })
    else objects.push(...itemsOf(query.type, fetched.body))
  }
  const single = queries.length === 1 && queries[0]?.name != null
  const [first] = objects
  if (output.startsWith(CUSTOM)) {
    yield* print(
      customColumns(
        output.slice(CUSTOM.length),
        objects.map(({ object }) => object),
      ),
    )
  } else if (output === 'name') {
    for (const { type, object } of objects) yield* print(`${slashName(type, nameOf(object))}\n`)
  } else if (!single || first !== undefined) {
    const list = objects.map(({ object }) => object)
    const value: Json =
      single && first !== undefined
        ? first.object
        : { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items: list }
    yield* print(format(value, output))
  }
  if (failed) throw new CommandFailure('')
}

function itemsOf(
  type: ResourceType,
  list: JsonObject,
): readonly { type: ResourceType; object: JsonObject }[] {
  const found = list.items
  const objects = found !== undefined && isJsonArray(found) ? found.filter(isJsonObject) : []
  return objects.map((object) => ({
    type,
    object: { ...object, apiVersion: apiVersion(type), kind: type.kind },
  }))
}

/** Managed fields are noise to a reader; kubectl leaves them out too. */
function withoutManagedFields(value: Json): Json {
  if (isJsonArray(value)) return value.map(withoutManagedFields)
  if (!isJsonObject(value)) return value
  const { metadata, items } = value
  const shown: Record<string, Json> = { ...value }
  if (metadata !== undefined && isJsonObject(metadata)) {
    const { managedFields: _managedFields, ...rest } = metadata
    shown.metadata = rest
  }
  if (items !== undefined) shown.items = withoutManagedFields(items)
  return shown
}

function format(value: Json, output: string): string {
  if (output === 'json') return toJsonText(withoutManagedFields(value))
  if (output === 'yaml') return toYamlText(withoutManagedFields(value))
  const template = output.slice('jsonpath='.length)
  const result = evaluateJsonPath(template, value)
  if ('error' in result) throw failure(`error parsing jsonpath ${template}, ${result.error}`)
  return result.text
}

function* watch(invocation: Invocation, queries: readonly Query[]): Task<void> {
  const [query, more] = queries
  if (query === undefined || more !== undefined) throw failure('you may only specify a single resource type')
  const { flags } = invocation
  const output = flags.text('output')
  const inTable = output === '' || output === 'wide'
  const accept = inTable ? TABLE_ACCEPT : 'application/json'
  const fetched = yield* fetch(invocation, query, accept)
  if (!fetched.ok) throw new CommandFailure(`${apiErrorText(fetched.status)}\n`)
  const style = look(invocation, queries)
  const widths: number[] = []
  // A watch sends the columns once.
  let columns: Table['columns'] = []
  const show = (body: JsonObject): string => {
    if (!inTable) return objectsText(query, body, output)
    const table = asTable(query.type, body, columns)
    columns = table.columns
    if (table.rows.length === 0) return ''
    return printTable(table, { ...style, headers: style.headers && widths.length === 0 }, widths)
  }
  if (!flags.bool('watch-only')) yield* print(show(fetched.body))
  const opened = yield* openWatch(
    resourcePath(query.type, query.namespace),
    watchParameters(invocation, query, fetched.body),
    { accept },
  )
  if (!opened.ok) throw new CommandFailure(`${apiErrorText(opened.status)}\n`)
  for (;;) {
    const event = yield* nextEvent(opened.object, null)
    if (event.type === 'END' || event.type === 'DEADLINE' || event.type === 'ERROR') break
    if (event.type === 'BOOKMARK') continue
    const body = json(event.object)
    yield* print(show(body))
  }
  yield* closeWatch(opened.object)
}

function watchParameters(invocation: Invocation, { name }: Query, body: JsonObject): Record<string, string> {
  const { fieldSelector, ...rest } = selectors(invocation)
  const terms = [fieldSelector ?? '', name === null ? '' : `metadata.name=${name}`].filter(
    (term) => term !== '',
  )
  return {
    ...rest,
    ...(terms.length === 0 ? {} : { fieldSelector: terms.join(',') }),
    resourceVersion: text(body, 'metadata', 'resourceVersion') || '0',
  }
}

function objectsText({ type, name }: Query, body: JsonObject, output: string): string {
  const objects =
    name === null && isJsonArray(body.items ?? null) ? itemsOf(type, body) : [{ type, object: body }]
  return objects
    .map(({ object }) =>
      output === 'name' ? `${slashName(type, nameOf(object))}\n` : format(object, output),
    )
    .join('')
}
