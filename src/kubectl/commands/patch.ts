// kubectl patch: sends a patch as it is written. Models kubectl/pkg/cmd/patch.

import type { Json } from '../../sim/api/json.ts'
import { deepEqual, isJsonArray, isJsonObject, own } from '../../sim/api/json.ts'
import { readYaml, YamlRefusal } from '../bounded-yaml.ts'
import type { Command, Invocation } from '../command.ts'
import { print } from '../effects.ts'
import { apiFailure, failure } from '../failure.ts'
import { flag } from '../flags.ts'
import { findObjects, json, nameOf, pathOf, slashName, targetOfFound, write } from '../objects.ts'

const CONTENT: Readonly<Record<string, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
}

export const patch: Command = {
  name: 'patch',
  summary: 'Update fields of a resource',
  usage: 'kubectl patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE] [options]',
  flags: [
    flag('patch', 'text', 'p'),
    flag('patch-file'),
    flag('type'),
    flag('subresource'),
    flag('filename', 'list', 'f'),
  ],
  *run(invocation) {
    const type = invocation.flags.text('type').toLowerCase() || 'strategic'
    const content = own(CONTENT, type)
    if (content === undefined) throw failure(`--type must be one of [json merge strategic], not "${type}"`)
    const body = bodyOf(invocation)
    const found = yield* findObjects(invocation)
    for (const { type: resource, object } of found) {
      const subresource = invocation.flags.text('subresource')
      const path = pathOf(
        targetOfFound({ type: resource, object }),
        subresource === '' ? undefined : subresource,
      )
      const result = yield* write('PATCH', path, body, { fieldManager: 'kubectl-patch' }, content)
      if (!result.ok) throw apiFailure(result.status)
      const same = deepEqual(withoutMeta(object), withoutMeta(json(result.object)))
      yield* print(`${slashName(resource, nameOf(object))} patched${same ? ' (no change)' : ''}\n`)
    }
  },
}

/** What a write changes by itself does not count. */
function withoutMeta(object: Json): Json {
  if (!isJsonObject(object)) return object
  const { metadata, ...rest } = object
  if (metadata === undefined || !isJsonObject(metadata)) return rest
  const { resourceVersion: _version, managedFields: _fields, generation: _generation, ...kept } = metadata
  return { ...rest, metadata: kept }
}

function bodyOf({ flags, files }: Invocation): Json {
  const file = flags.text('patch-file')
  if (flags.has('patch') === (file !== ''))
    throw failure('must specify --patch or --patch-file containing the contents of the patch')
  const source = file === '' ? flags.text('patch') : own(files, file)
  if (source === undefined)
    throw failure(`unable to read patch file: open ${file}: no such file or directory`)
  const [body] = bodiesIn(source)
  if (isJsonObject(body) || (body !== undefined && isJsonArray(body))) return body
  throw failure(`unable to parse "${source}": it is no object`)
}

function bodiesIn(source: string): readonly Json[] {
  try {
    // The reader lets nothing through but what JSON can hold.
    return Array.from(readYaml(source), ({ value }) => value as Json)
  } catch (error) {
    if (!(error instanceof YamlRefusal)) throw error
    const place = error.line === 0 ? '' : `line ${error.line}: `
    throw failure(`unable to parse "${source}": yaml: ${place}${error.message}`)
  }
}
