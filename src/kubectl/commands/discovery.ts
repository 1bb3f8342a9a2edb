// What the server has and is: api-resources, api-versions, version, cluster-info, explain. Models the commands of these
// names; explain tells the fields of a type from the schema, without their descriptions.

import type { FieldType } from '../../sim/api/schema.ts'
import { goTypeName, structFields } from '../../sim/api/schema.ts'
import { api } from '../../sim/client/index.ts'
import type { Command } from '../command.ts'
import { print } from '../effects.ts'
import { apiFailure, failure } from '../failure.ts'
import { flag } from '../flags.ts'
import { apiVersion, json, text } from '../objects.ts'
import { alignTabs, DESCRIBE_TABS, TABLE_TABS } from '../print/tab-writer.ts'
import { discover, findType } from '../resource-types.ts'

const KUBECTL_VERSION = 'v1.35.0'

export const apiResources: Command = {
  name: 'api-resources',
  summary: 'Print the supported API resources on the server',
  usage: 'kubectl api-resources [options]',
  flags: [
    flag('namespaced', 'bool'),
    flag('output', 'text', 'o'),
    flag('no-headers', 'bool'),
    flag('api-group'),
  ],
  *run({ flags }) {
    const types = (yield* discover())
      .filter((type) => !flags.has('namespaced') || type.namespaced === flags.bool('namespaced'))
      .filter((type) => !flags.has('api-group') || type.group === flags.text('api-group'))
    const key = (group: string, name: string): string => `${group}\u0000${name}`
    const sorted = [...types].sort((a, b) => (key(a.group, a.resource) < key(b.group, b.resource) ? -1 : 1))
    if (flags.text('output') === 'name') {
      yield* print(
        sorted.map((type) => `${type.resource}${type.group === '' ? '' : `.${type.group}`}\n`).join(''),
      )
      return
    }
    const head = flags.bool('no-headers') ? '' : 'NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND\n'
    const rows = sorted.map(
      (type) =>
        `${type.resource}\t${type.shortNames.join(',')}\t${apiVersion(type)}\t${type.namespaced}\t${type.kind}\n`,
    )
    yield* print(alignTabs(head + rows.join(''), TABLE_TABS))
  },
}

export const apiVersions: Command = {
  name: 'api-versions',
  summary: 'Print the supported API versions on the server, in the form of "group/version"',
  usage: 'kubectl api-versions',
  flags: [],
  *run() {
    const versions = new Set((yield* discover()).map(apiVersion))
    yield* print(
      [...versions]
        .sort()
        .map((version) => `${version}\n`)
        .join(''),
    )
  },
}

export const version: Command = {
  name: 'version',
  summary: 'Print the client and server version information',
  usage: 'kubectl version [options]',
  flags: [flag('client', 'bool'), flag('output', 'text', 'o')],
  *run({ flags }) {
    yield* print(`Client Version: ${KUBECTL_VERSION}\nKustomize Version: v5.7.1\n`)
    if (flags.bool('client')) return
    const result = yield* api.raw({ method: 'GET', path: '/version', query: {}, headers: {} })
    if (!result.ok) throw apiFailure(result.status)
    yield* print(`Server Version: ${text(json(result.object), 'gitVersion')}\n`)
  },
}

export const clusterInfo: Command = {
  name: 'cluster-info',
  summary: 'Display cluster information',
  usage: 'kubectl cluster-info',
  flags: [],
  *run() {
    const result = yield* api.raw({ method: 'GET', path: '/version', query: {}, headers: {} })
    if (!result.ok) throw apiFailure(result.status)
    yield* print(
      "Kubernetes control plane is running at https://kube-apiserver-1:6443\n\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n",
    )
  },
}

export const explain: Command = {
  name: 'explain',
  summary: 'Get documentation for a resource',
  usage: 'kubectl explain TYPE [--recursive=FALSE|TRUE] [options]',
  flags: [flag('recursive', 'bool')],
  *run({ args }) {
    const [path, more] = args
    if (path === undefined || more !== undefined)
      throw failure(
        'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
      )
    const [name = '', ...fields] = path.split('.')
    const type = yield* findType(name)
    let field: FieldType = { form: 'struct', name: type.kind }
    for (const part of fields) {
      const next: FieldType | undefined = structFields(structOf(field) ?? '')?.get(part)
      if (next === undefined) throw failure(`field "${part}" does not exist`)
      field = next
    }
    const group = type.group === '' ? '' : `GROUP:      ${type.group}\n`
    const last = fields.at(-1)
    const head = `${group}KIND:       ${type.kind}\nVERSION:    ${type.version}\n\n`
    const struct = structOf(field)
    const own = last === undefined ? '' : `FIELD: ${last} <${shortType(field)}>\n\n`
    const list = struct === undefined ? '' : `FIELDS:\n${fieldLines(struct)}\n`
    yield* print(`${head}${own}${list}`)
  },
}

function structOf(field: FieldType): string | undefined {
  if (field.form === 'struct') return field.name
  return field.form === 'scalar' ? undefined : structOf(field.item)
}

/** As the OpenAPI document names the types. */
const shortType = (field: FieldType): string =>
  goTypeName(field)
    .replace(/v1\./g, '')
    .replace(/\bint(?:32|64)?\b/, 'integer')
    .replace(/\bbool\b/, 'boolean')

function fieldLines(struct: string): string {
  const fields = [...(structFields(struct) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))
  return alignTabs(
    fields.map(([name, field]) => `  ${name}\t<${shortType(field)}>\n`).join(''),
    DESCRIBE_TABS,
  )
}
