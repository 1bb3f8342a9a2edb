// kubectl delete: asks for it, and waits until the object is gone. Models kubectl/pkg/cmd/delete.
import { own } from '../../sim/api/json.ts'
import { resourcePath } from '../../sim/api/resources.ts'
import type { DeleteOptions } from '../../sim/client/index.ts'
import { api } from '../../sim/client/index.ts'
import type { Task } from '../../sim/kernel/task.ts'
import type { Command, Invocation } from '../command.ts'
import { readManifests } from '../command.ts'
import { print, printError } from '../effects.ts'
import { apiErrorText, CommandFailure, failure } from '../failure.ts'
import { flag } from '../flags.ts'
import type { Target } from '../objects.ts'
import { json, listFound, MISSING_RESOURCE, namedTargets, targetOf, targetOfFound, text } from '../objects.ts'
import { findTypes, qualifiedName } from '../resource-types.ts'
import { untilGone } from '../waiting.ts'

const FORCED =
  'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n'

export const del: Command = {
  name: 'delete',
  summary: 'Delete resources by file names, stdin, resources and names, or by resources and label selector',
  usage: 'kubectl delete ([-f FILENAME] | TYPE [(NAME | -l label | --all)]) [options]',
  flags: [
    flag('filename', 'list', 'f'),
    flag('selector', 'text', 'l'),
    flag('field-selector'),
    flag('all', 'bool'),
    flag('all-namespaces', 'bool', 'A'),
    flag('grace-period', 'number'),
    flag('force', 'bool'),
    flag('now', 'bool'),
    flag('cascade', 'text', '', 'background'),
    flag('wait', 'bool'),
    flag('timeout'),
    flag('ignore-not-found', 'bool'),
    flag('output', 'text', 'o'),
  ],
  run: runDelete,
}

function optionsOf({ flags }: Invocation): DeleteOptions {
  const grace = flags.number('grace-period')
  if (flags.bool('now') && grace !== undefined)
    throw failure('--now and --grace-period cannot be specified together')
  if (grace === 0 && !flags.bool('force') && flags.bool('wait', true) === false)
    throw failure('--grace-period=0 needs --force')
  const seconds = flags.bool('now')
    ? 1
    : flags.bool('force') && grace === undefined
      ? 0
      : grace === 0 && !flags.bool('force')
        ? 1
        : grace
  const policies: Readonly<Record<string, 'Background' | 'Foreground' | 'Orphan'>> = {
    '': 'Background',
    true: 'Background',
    background: 'Background',
    foreground: 'Foreground',
    orphan: 'Orphan',
    false: 'Orphan',
  }
  const propagationPolicy = own(policies, flags.text('cascade'))
  if (propagationPolicy === undefined)
    throw failure(
      `invalid cascade value (${flags.text('cascade')}). Must be "background", "foreground", or "orphan"`,
    )
  return {
    propagationPolicy,
    ...(seconds === undefined || seconds < 0 ? {} : { gracePeriodSeconds: seconds }),
  }
}

function* targetsOf(invocation: Invocation): Task<readonly Target[]> {
  const { args, flags } = invocation
  if (flags.has('filename')) {
    const targets: Target[] = []
    for (const { object } of readManifests(invocation)) targets.push(yield* targetOf(object, invocation))
    return targets
  }
  if (args.length === 0) throw failure(MISSING_RESOURCE)
  if (!flags.has('selector') && !flags.has('field-selector') && !flags.bool('all')) {
    const targets = yield* namedTargets(invocation)
    if (targets.length === 0) throw failure('resource(s) were provided, but no name was specified')
    return targets
  }
  if (args.length > 1) throw failure('name cannot be provided when a selector is specified')
  const targets: Target[] = []
  for (const type of yield* findTypes(args[0] ?? ''))
    targets.push(...(yield* listFound(type, invocation)).map(targetOfFound))
  return targets
}

function* runDelete(invocation: Invocation): Task<void> {
  const { flags } = invocation
  const options = optionsOf(invocation)
  const targets = yield* targetsOf(invocation)
  const forced = flags.bool('force') && options.gracePeriodSeconds === 0
  if (forced) yield* printError(FORCED)
  if (targets.length === 0) yield* print('No resources found\n')
  let failed = false
  const deleted: { readonly target: Target; readonly uid: string }[] = []
  for (const target of targets) {
    const { type, namespace, name } = target
    const result = yield* api.delete(type, namespace, name, options)
    if (!result.ok) {
      if (result.status.reason === 'NotFound' && flags.bool('ignore-not-found')) continue
      failed = true
      yield* printError(`${apiErrorText(result.status)}\n`)
      continue
    }
    const answer = json(result.object)
    deleted.push({ target, uid: text(answer, 'metadata', 'uid') || text(answer, 'details', 'uid') })
    const what = flags.text('output') === 'name' ? null : `${qualifiedName(type)} "${name}"`
    const where = namespace === null ? '' : ` from ${namespace} namespace`
    yield* print(
      what === null
        ? `${qualifiedName(type)}/${name}\n`
        : `${what} ${forced ? 'force ' : ''}deleted${where}\n`,
    )
  }
  if (flags.bool('wait', !forced)) {
    for (const { target, uid } of deleted) {
      const timeout = flags.text('timeout')
      yield* untilGone(resourcePath(target.type, target.namespace, target.name), target, uid, timeout)
    }
  }
  if (failed) throw new CommandFailure('')
}
