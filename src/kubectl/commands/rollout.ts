// kubectl rollout: follows, pauses, restarts and undoes the rollout of a Deployment. Models kubectl/pkg/cmd/rollout and
// polymorphichelpers. Left out: DaemonSets and StatefulSets.
import { CONTENT_JSON_PATCH, CONTENT_STRATEGIC_MERGE_PATCH } from '../../sim/api/http.ts'
import type { JsonObject } from '../../sim/api/json.ts'
import { formatSelector, selectorFromObject } from '../../sim/api/label-selector.ts'
import { REPLICA_SETS } from '../../sim/api/resources.ts'
import { formatTime } from '../../sim/api/time.ts'
import { api } from '../../sim/client/index.ts'
import type { Task } from '../../sim/kernel/task.ts'
import type { Command, Invocation } from '../command.ts'
import { templateLines } from '../describe/workloads.ts'
import { now, print } from '../effects.ts'
import { apiFailure, failure } from '../failure.ts'
import { flag } from '../flags.ts'
import type { Found } from '../objects.ts'
import {
  at,
  findObjects,
  integer,
  items,
  json,
  members,
  nameOf,
  namespaceOf,
  pathOf,
  slashName,
  targetOfFound,
  text,
  write,
} from '../objects.ts'
import { alignTabs, DESCRIBE_TABS } from '../print/tab-writer.ts'
import { deadlineOf, waitFor } from '../waiting.ts'

const REVISION = 'deployment.kubernetes.io/revision'
const CHANGE_CAUSE = 'kubernetes.io/change-cause'
const SELECT = [flag('filename', 'list', 'f'), flag('selector', 'text', 'l')]

const sub = (
  name: string,
  summary: string,
  run: (invocation: Invocation) => Task<void>,
  more = SELECT,
): Command => ({
  name,
  summary,
  usage: `kubectl rollout ${name} (TYPE NAME | TYPE/NAME) [flags]`,
  flags: more,
  run,
})

export const rollout: Command = {
  name: 'rollout',
  summary: 'Manage the rollout of a resource',
  usage: 'kubectl rollout SUBCOMMAND [options]',
  flags: [],
  subcommands: [
    sub('history', 'View rollout history', history, [...SELECT, flag('revision', 'number')]),
    sub('pause', 'Mark the provided resource as paused', (invocation) => setPaused(invocation, true)),
    sub('restart', 'Restart a resource', restart),
    sub('resume', 'Resume a paused resource', (invocation) => setPaused(invocation, false)),
    sub('status', 'Show the status of the rollout', status, [
      ...SELECT,
      flag('watch', 'bool', 'w'),
      flag('timeout'),
      flag('revision', 'number'),
    ]),
    sub('undo', 'Undo a previous rollout', undo, [...SELECT, flag('to-revision', 'number')]),
  ],
}

function* deployments(invocation: Invocation, verb: string): Task<readonly Found[]> {
  if (invocation.args.length === 0 && !invocation.flags.has('filename'))
    throw failure('required resource not specified')
  const found = yield* findObjects(invocation)
  for (const { type, object } of found)
    if (type.kind !== 'Deployment')
      throw failure(
        verb === 'status'
          ? `no status viewer has been implemented for ${type.kind}`
          : `${type.resource} "${nameOf(object)}" ${verb} is not supported`,
      )
  return found
}

function* patch(found: Found, body: unknown, content = CONTENT_STRATEGIC_MERGE_PATCH): Task<void> {
  const result = yield* write(
    'PATCH',
    pathOf(targetOfFound(found)),
    body,
    { fieldManager: 'kubectl-rollout' },
    content,
  )
  if (!result.ok) throw apiFailure(result.status)
}

function* setPaused(invocation: Invocation, paused: boolean): Task<void> {
  const verb = paused ? 'pausing' : 'resuming'
  for (const found of yield* deployments(invocation, verb)) {
    const { type, object } = found
    if ((at(object, 'spec', 'paused') === true) === paused)
      throw failure(
        `${type.resource}.${type.group} "${nameOf(object)}" ${paused ? 'is already paused' : 'is not paused'}`,
      )
    yield* patch(found, { spec: { paused: paused ? true : null } })
    yield* print(`${slashName(type, nameOf(object))} ${paused ? 'paused' : 'resumed'}\n`)
  }
}

function* restart(invocation: Invocation): Task<void> {
  for (const found of yield* deployments(invocation, 'restarting')) {
    const { type, object } = found
    if (at(object, 'spec', 'paused') === true)
      throw failure(
        `${type.resource}.${type.group} "${nameOf(object)}" can't restart paused deployment (run rollout resume first)`,
      )
    const restartedAt = formatTime(yield* now())
    const annotations = { 'kubectl.kubernetes.io/restartedAt': restartedAt }
    yield* patch(found, { spec: { template: { metadata: { annotations } } } })
    yield* print(`${slashName(type, nameOf(object))} restarted\n`)
  }
}

// ── status ────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Progress {
  readonly line: string
  readonly done: boolean
  readonly failed?: string
}

function progressOf(object: JsonObject): Progress {
  const name = nameOf(object)
  const [generation, observed] = [
    integer(object, 'metadata', 'generation'),
    integer(object, 'status', 'observedGeneration'),
  ]
  if (generation > observed)
    return { line: 'Waiting for deployment spec update to be observed...\n', done: false }
  const progressing = items(object, 'status', 'conditions').find(
    (condition) => text(condition, 'type') === 'Progressing',
  )
  if (text(progressing, 'reason') === 'ProgressDeadlineExceeded')
    return { line: '', done: true, failed: `deployment "${name}" exceeded its progress deadline` }
  const wanted = at(object, 'spec', 'replicas') === undefined ? 1 : integer(object, 'spec', 'replicas')
  const [replicas, updated, available] = ['replicas', 'updatedReplicas', 'availableReplicas'].map((field) =>
    integer(object, 'status', field),
  ) as [number, number, number]
  const waiting = (what: string): Progress => ({
    line: `Waiting for deployment "${name}" rollout to finish: ${what}...\n`,
    done: false,
  })
  if (updated < wanted) return waiting(`${updated} out of ${wanted} new replicas have been updated`)
  if (replicas > updated) return waiting(`${replicas - updated} old replicas are pending termination`)
  if (available < updated) return waiting(`${available} of ${updated} updated replicas are available`)
  return { line: `deployment "${name}" successfully rolled out\n`, done: true }
}

function* status(invocation: Invocation): Task<void> {
  for (const found of yield* deployments(invocation, 'status')) {
    const deadline = yield* deadlineOf(invocation.flags.text('timeout'), '0')
    const follow = invocation.flags.bool('watch', true)
    let last = ''
    function* judge(object: JsonObject | null): Task<boolean> {
      if (object === null) throw failure(`object has been deleted`)
      const { line, done, failed } = progressOf(object)
      if (failed !== undefined) throw failure(failed)
      if (line !== last) yield* print(line)
      last = line
      return done || !follow
    }
    if (!(yield* waitFor(targetOfFound(found), judge, deadline)))
      throw failure('timed out waiting for the condition')
  }
}

// ── history ───────────────────────────────────────────────────────────────────────────────────────────────────────

interface Revision {
  readonly number: number
  readonly replicaSet: JsonObject
}

/** The ReplicaSets of a Deployment, oldest revision first. */
function* revisionsOf({ object }: Found): Task<readonly Revision[]> {
  const selector = at(object, 'spec', 'selector') as Parameters<typeof selectorFromObject>[0]
  const listed = yield* api.list(REPLICA_SETS, namespaceOf(object), {
    labelSelector: formatSelector(selectorFromObject(selector)),
  })
  if (!listed.ok) throw apiFailure(listed.status)
  const uid = text(object, 'metadata', 'uid')
  return listed.object.items
    .map((replicaSet) => json(replicaSet))
    .filter((replicaSet) =>
      items(replicaSet, 'metadata', 'ownerReferences').some((owner) => text(owner, 'uid') === uid),
    )
    .map((replicaSet) => ({
      number: Number(text(replicaSet, 'metadata', 'annotations', REVISION) || '0'),
      replicaSet,
    }))
    .filter(({ number }) => number > 0)
    .sort((a, b) => a.number - b.number)
}

function* history(invocation: Invocation): Task<void> {
  for (const found of yield* deployments(invocation, 'history')) {
    const { type, object } = found
    const revisions = yield* revisionsOf(found)
    const wanted = invocation.flags.number('revision') ?? 0
    if (wanted > 0) {
      const revision = revisions.find(({ number }) => number === wanted)
      if (revision === undefined) throw failure(`unable to find the specified revision`)
      yield* print(
        `${slashName(type, nameOf(object))} with revision #${wanted}\n${templateLines(revision.replicaSet)}\n`,
      )
      continue
    }
    if (revisions.length === 0)
      yield* print(`${slashName(type, nameOf(object))} \nNo rollout history found.\n`)
    const rows = revisions.map(({ number, replicaSet }) => {
      const cause = text(replicaSet, 'metadata', 'annotations', CHANGE_CAUSE)
      return `${number}\t${cause === '' ? '<none>' : cause}\n`
    })
    const table = alignTabs(`REVISION\tCHANGE-CAUSE\n${rows.join('')}`, DESCRIBE_TABS)
    yield* print(`${slashName(type, nameOf(object))} \n${table}\n`)
  }
}

function* undo(invocation: Invocation): Task<void> {
  for (const found of yield* deployments(invocation, 'undo')) {
    const { type, object } = found
    const name = nameOf(object)
    if (at(object, 'spec', 'paused') === true)
      throw failure(
        `cannot rollback a paused deployment; resume it first with 'kubectl rollout resume deployment/${name}' and try again`,
      )
    const revisions = yield* revisionsOf(found)
    const wanted = invocation.flags.number('to-revision') ?? 0
    const revision = wanted > 0 ? revisions.find(({ number }) => number === wanted) : revisions.at(-2)
    if (revision === undefined)
      throw failure(
        wanted > 0
          ? `unable to find specified revision ${wanted} in history`
          : `no rollout history found for deployment "${name}"`,
      )
    const template = templateOf(revision.replicaSet)
    if (revision.number === revisions.at(-1)?.number) {
      yield* print(
        `${slashName(type, name)} skipped rollback (current template already matches revision ${revision.number})\n`,
      )
      continue
    }
    yield* patch(found, [{ op: 'replace', path: '/spec/template', value: template }], CONTENT_JSON_PATCH)
    yield* print(`${slashName(type, name)} rolled back\n`)
  }
}

/** The template as the Deployment had it: the controller added the hash. */
function templateOf(replicaSet: JsonObject): JsonObject {
  const template = members(replicaSet, 'spec', 'template')
  const metadata = members(template, 'metadata')
  const { 'pod-template-hash': _hash, ...labels } = members(metadata, 'labels')
  return { ...template, metadata: { ...metadata, labels } }
}
