// kubectl label and annotate: set, change or remove keys of an object's metadata. Models kubectl/pkg/cmd/label.
import { CONTENT_MERGE_PATCH } from '../../sim/api/http.ts'
import type { Json } from '../../sim/api/json.ts'
import { setMember } from '../../sim/api/json.ts'
import type { Task } from '../../sim/kernel/task.ts'
import type { Command, Invocation } from '../command.ts'
import { print, printError } from '../effects.ts'
import { apiFailure, failure } from '../failure.ts'
import { flag } from '../flags.ts'
import {
  findObjects,
  members,
  NO_RESOURCE,
  nameOf,
  pathOf,
  slashName,
  targetOfFound,
  text,
  write,
} from '../objects.ts'
import { isPair, parsePairs } from '../pairs.ts'

type Field = 'labels' | 'annotations'

const command = (name: string, field: Field, summary: string): Command => ({
  name,
  summary,
  usage: `kubectl ${name} [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [options]`,
  flags: [
    flag('overwrite', 'bool'),
    flag('all', 'bool'),
    flag('selector', 'text', 'l'),
    flag('filename', 'list', 'f'),
    flag('list', 'bool'),
  ],
  run: (invocation) => change(invocation, name, field),
})

export const label = command('label', 'labels', 'Update the labels on a resource')
export const annotate = command('annotate', 'annotations', 'Update the annotations on a resource')

function* change(invocation: Invocation, verb: string, field: Field): Task<void> {
  const { args, flags } = invocation
  const pairs = parsePairs(args.filter(isPair))
  const keys = [...Object.keys(pairs.set), ...pairs.removed]
  const resources = args.filter((arg) => !isPair(arg))
  if (resources.length === 0 && !flags.has('filename')) throw failure(NO_RESOURCE)
  if (keys.length === 0 && !flags.bool('list'))
    throw failure(`at least one ${verb === 'label' ? 'label' : 'annotation'} update is required`)
  const found = yield* findObjects(invocation, resources)
  for (const { type, object } of found) {
    const before = members(object, 'metadata', field)
    if (flags.bool('list')) {
      for (const key of Object.keys(before).sort()) yield* print(`${key}=${text(before, key)}\n`)
      continue
    }
    const changes: Record<string, Json> = {}
    for (const [key, value] of Object.entries(pairs.set)) {
      const old = Object.hasOwn(before, key) ? text(before, key) : undefined
      if (old === value) continue
      if (old !== undefined && !flags.bool('overwrite'))
        throw failure(
          field === 'labels'
            ? `'${key}' already has a value (${old}), and --overwrite is false`
            : `--overwrite is false but found the following declared annotation(s): '${key}' already has a value (${old})`,
        )
      setMember(changes, key, value)
    }
    for (const key of pairs.removed) {
      if (Object.hasOwn(before, key)) changes[key] = null
      else yield* printError(`${field === 'labels' ? 'label' : 'annotation'} "${key}" not found.\n`)
    }
    const participle = field === 'annotations' ? 'annotated' : outcome(changes)
    if (Object.keys(changes).length > 0) {
      const body = { metadata: { [field]: changes } }
      const path = pathOf(targetOfFound({ type, object }))
      const result = yield* write(
        'PATCH',
        path,
        body,
        { fieldManager: `kubectl-${verb}` },
        CONTENT_MERGE_PATCH,
      )
      if (!result.ok) throw apiFailure(result.status)
    }
    yield* print(`${slashName(type, nameOf(object))} ${participle}\n`)
  }
}

function outcome(changes: Readonly<Record<string, Json>>): string {
  const values = Object.values(changes)
  if (values.length === 0) return 'not labeled'
  return values.every((value) => value === null) ? 'unlabeled' : 'labeled'
}
