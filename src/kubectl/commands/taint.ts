// kubectl taint: adds, changes and removes taints of nodes. Models kubectl/pkg/cmd/taint.
import { CONTENT_MERGE_PATCH } from '../../sim/api/http.ts'
import type { JsonObject } from '../../sim/api/json.ts'
import { isJsonObject } from '../../sim/api/json.ts'
import type { Command } from '../command.ts'
import { print } from '../effects.ts'
import { apiFailure, failure } from '../failure.ts'
import { flag } from '../flags.ts'
import { findObjects, items, nameOf, pathOf, slashName, targetOfFound, text, write } from '../objects.ts'

const NODE_NAMES = ['node', 'nodes', 'no']
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

interface Change {
  readonly key: string
  readonly value: string
  /** Empty: every effect, which only a removal may say. */
  readonly effect: string
  readonly remove: boolean
}

function parse(word: string): Change | null {
  const match = /^([^=:]+?)(?:=([^:]*))?(?::([A-Za-z]+))?(-)?$/.exec(word)
  if (match === null) return null
  const [, key = '', value = '', effect = '', minus] = match
  const remove = minus !== undefined
  if (!remove && effect === '') return null
  if (effect !== '' && !EFFECTS.includes(effect))
    throw failure(`invalid taint effect: ${effect}, unsupported taint effect`)
  return { key, value, effect, remove }
}

const concerns = (change: Change, taint: JsonObject): boolean =>
  text(taint, 'key') === change.key && (change.effect === '' || text(taint, 'effect') === change.effect)

export const taint: Command = {
  name: 'taint',
  summary: 'Update the taints on one or more nodes',
  usage: 'kubectl taint NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N [options]',
  flags: [flag('overwrite', 'bool'), flag('all', 'bool'), flag('selector', 'text', 'l')],
  *run(invocation) {
    const isChange = (arg: string, i: number): boolean => i > 0 && /[:=]|-$/.test(arg) && parse(arg) !== null
    const changes = invocation.args
      .filter(isChange)
      .map(parse)
      .filter((change) => change !== null)
    if (changes.length === 0) throw failure('at least one taint update is required')
    const resources = invocation.args.filter((arg, i) => !isChange(arg, i))
    const [kind = ''] = resources[0]?.split('/') ?? []
    if (!NODE_NAMES.includes(kind.toLowerCase()))
      throw failure(`invalid resource type ${kind}, only ["node" "nodes"] are supported`)
    const found = yield* findObjects(invocation, resources)
    for (const { type, object } of found) {
      if (type.kind !== 'Node')
        throw failure(`invalid resource type ${type.resource}, only node(s) is supported`)
      let taints = items(object, 'spec', 'taints').filter(isJsonObject)
      let modified = false
      for (const change of changes) {
        const there = taints.filter((candidate) => concerns(change, candidate))
        if (change.remove) {
          if (there.length === 0)
            throw failure(`taint "${change.key}${change.effect === '' ? '' : `:${change.effect}`}" not found`)
          taints = taints.filter((candidate) => !there.includes(candidate))
          continue
        }
        if (there.length > 0 && !invocation.flags.bool('overwrite'))
          throw failure(
            `node ${nameOf(object)} already has ${change.key} taint(s) with same effect(s) and --overwrite is false`,
          )
        modified ||= there.length > 0
        const { key, value, effect } = change
        taints = [
          ...taints.filter((candidate) => !there.includes(candidate)),
          { key, ...(value === '' ? {} : { value }), effect },
        ]
      }
      const path = pathOf(targetOfFound({ type, object }))
      const body = {
        metadata: { resourceVersion: text(object, 'metadata', 'resourceVersion') },
        spec: { taints },
      }
      const result = yield* write('PATCH', path, body, { fieldManager: 'kubectl-taint' }, CONTENT_MERGE_PATCH)
      if (!result.ok) throw apiFailure(result.status)
      const done = changes.every((change) => change.remove) ? 'untainted' : modified ? 'modified' : 'tainted'
      yield* print(`${slashName(type, nameOf(object))} ${done}\n`)
    }
  },
}
