// kubectl wait: until a condition holds, a field has a value, or an object is gone. Models kubectl/pkg/cmd/wait.
import type { JsonObject } from '../../sim/api/json.ts'
import type { Task } from '../../sim/kernel/task.ts'
import type { Command, Invocation } from '../command.ts'
import { print, printError } from '../effects.ts'
import { CommandFailure, failure } from '../failure.ts'
import { flag } from '../flags.ts'
import type { Target } from '../objects.ts'
import { findObjects, integer, items, namedTargets, slashName, targetOfFound, text } from '../objects.ts'
import { evaluateJsonPath } from '../print/json-path.ts'
import { deadlineOf, waitFor } from '../waiting.ts'

/** Whether the object is as wanted; null is an object that is not there. */
type Test = (object: JsonObject | null) => boolean

export const wait: Command = {
  name: 'wait',
  summary: 'Wait for a specific condition on one or many resources',
  usage:
    "kubectl wait ([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]] [options]",
  flags: [
    flag('for', 'list'),
    flag('timeout'),
    flag('selector', 'text', 'l'),
    flag('field-selector'),
    flag('all', 'bool'),
    flag('all-namespaces', 'bool', 'A'),
    flag('filename', 'list', 'f'),
  ],
  run: runWait,
}

function testOf(condition: string): Test {
  const lower = condition.toLowerCase()
  if (lower === 'delete') return (object) => object === null
  if (lower === 'create') return (object) => object !== null
  const [kind = '', ...rest] = condition.split('=')
  if (kind === 'condition' && rest[0] !== undefined && rest[0] !== '') {
    const type = rest[0].toLowerCase()
    const status = (rest[1] ?? 'True').toLowerCase()
    return (object) => object !== null && conditionIs(object, type, status)
  }
  const path = /^jsonpath='?(\{.*\})'?(?:=(.*))?$/.exec(condition)
  if (path !== null) {
    const [, template = '', value] = path
    return (object) => {
      const result = object === null ? { text: '' } : evaluateJsonPath(template, object)
      if ('error' in result) return false
      return value === undefined ? result.text !== '' : result.text === value
    }
  }
  throw failure(`unrecognized condition: "${condition}"`)
}

function conditionIs(object: JsonObject, type: string, status: string): boolean {
  const condition = items(object, 'status', 'conditions').find(
    (candidate) => text(candidate, 'type').toLowerCase() === type,
  )
  const observed = integer(object, 'status', 'observedGeneration')
  // What the status says may be about an older spec.
  if (observed > 0 && observed < integer(object, 'metadata', 'generation')) return false
  return text(condition, 'status').toLowerCase() === status
}

function* targetsOf(invocation: Invocation, condition: string): Task<readonly Target[]> {
  const { flags } = invocation
  const selects =
    flags.has('selector') || flags.has('field-selector') || flags.bool('all') || flags.has('filename')
  if (!selects) return yield* namedTargets(invocation)
  const found = (yield* findObjects(invocation)).map(targetOfFound)
  if (found.length === 0 && condition.toLowerCase() !== 'delete') throw failure('no matching resources found')
  return found
}

function* runWait(invocation: Invocation): Task<void> {
  const [condition, more] = invocation.flags.list('for')
  if (condition === undefined) throw failure('unrecognized condition: ""')
  if (more !== undefined) throw failure('only one --for is supported')
  const test = testOf(condition)
  const deleting = condition.toLowerCase() === 'delete'
  const deadline = yield* deadlineOf(invocation.flags.text('timeout'), '30s')
  let failed = false
  for (const target of yield* targetsOf(invocation, condition)) {
    const judge = (object: JsonObject | null): boolean => {
      if (object === null && !deleting && condition?.toLowerCase() !== 'create')
        throw new CommandFailure(
          `Error from server (NotFound): ${target.type.resource}${target.type.group === '' ? '' : `.${target.type.group}`} "${target.name}" not found\n`,
        )
      return test(object)
    }
    if (yield* waitFor(target, judge, deadline))
      yield* print(`${slashName(target.type, target.name)} condition met\n`)
    else {
      failed = true
      yield* printError(
        `error: timed out waiting for the condition on ${target.type.resource}/${target.name}\n`,
      )
    }
  }
  if (failed) throw new CommandFailure('')
}
