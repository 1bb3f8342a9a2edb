// kubectl apply: makes objects as their manifests say, and keeps on them what was said, so that what is taken out of a
// manifest later can be taken out of the object. Models the client-side apply of kubectl/pkg/cmd/apply. Left out:
// server-side apply and pruning.
import type { JsonObject } from '../../sim/api/json.ts'
import { structFields } from '../../sim/api/schema.ts'
import { api } from '../../sim/client/index.ts'
import type { Task } from '../../sim/kernel/task.ts'
import { threeWayPatch } from '../apply-patch.ts'
import type { Command, Invocation, Manifest } from '../command.ts'
import { readManifests } from '../command.ts'
import { print, printError } from '../effects.ts'
import { apiErrorText, apiFailure, CommandFailure, failure } from '../failure.ts'
import { flag } from '../flags.ts'
import type { Target } from '../objects.ts'
import { createObject, json, members, nameOf, pathOf, slashName, targetOf, text, write } from '../objects.ts'
import { toCompactJson } from '../print/serialize.ts'

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const MANAGER = 'kubectl-client-side-apply'
const PATCH_RETRIES = 5

export const apply: Command = {
  name: 'apply',
  summary: 'Apply a configuration to a resource by file name or stdin',
  usage: 'kubectl apply -f FILENAME [options]',
  flags: [
    flag('filename', 'list', 'f'),
    flag('recursive', 'bool', 'R'),
    flag('dry-run', 'text', '', 'unchanged'),
    flag('validate', 'text', '', 'strict'),
    flag('server-side', 'bool'),
  ],
  *run(invocation) {
    if (invocation.args.length > 0)
      throw failure(
        `Unexpected args: [${invocation.args.join(' ')}]\nSee 'kubectl apply -h' for help and examples`,
      )
    if (invocation.flags.bool('server-side')) throw failure('server-side apply is not supported here')
    let failed = false
    for (const manifest of readManifests(invocation)) {
      try {
        yield* applyOne(invocation, manifest)
      } catch (error) {
        if (!(error instanceof CommandFailure)) throw error
        failed = true
        yield* printError(error.stderr)
      }
    }
    if (failed) throw new CommandFailure('')
  },
}

export function queryOf({ flags }: Invocation, manager: string): Record<string, string> {
  const dryRun = flags.text('dry-run')
  if (!['', 'none', 'server', 'client', 'unchanged'].includes(dryRun))
    throw failure(`Invalid dry-run value (${dryRun}). Must be "none", "server", or "client".`)
  const validate = flags.text('validate')
  const validation =
    validate === 'false' || validate === 'ignore' ? 'Ignore' : validate === 'warn' ? 'Warn' : 'Strict'
  return {
    fieldManager: manager,
    fieldValidation: validation,
    ...(dryRun === 'server' ? { dryRun: 'All' } : {}),
  }
}

export const dryRunSuffix = ({ flags }: Invocation): string => {
  const dryRun = flags.text('dry-run')
  return dryRun === 'server'
    ? ' (server dry run)'
    : dryRun === 'client' || dryRun === 'unchanged'
      ? ' (dry run)'
      : ''
}

export const isClientDryRun = ({ flags }: Invocation): boolean =>
  ['client', 'unchanged'].includes(flags.text('dry-run'))

/** With the annotation that says what was applied. */
function annotated(object: JsonObject, namespace: string | null): JsonObject {
  const metadata = members(object, 'metadata')
  const annotations = members(metadata, 'annotations')
  const { [LAST_APPLIED]: _before, ...own } = annotations
  const bare = {
    ...object,
    metadata: { ...metadata, annotations: own, ...(namespace === null ? {} : { namespace }) },
  }
  const applied = `${toCompactJson(bare)}\n`
  return { ...bare, metadata: { ...bare.metadata, annotations: { ...own, [LAST_APPLIED]: applied } } }
}

function* applyOne(invocation: Invocation, { source, object }: Manifest): Task<void> {
  const target = yield* targetOf(object, invocation)
  if (target.name === '')
    throw failure(
      `error when retrieving current configuration of:\n${identityOf(target)}\nfrom server for: "${source}": resource name may not be empty`,
    )
  const wanted = annotated(object, target.namespace)
  const label = slashName(target.type, target.name)
  const suffix = dryRunSuffix(invocation)
  const query = queryOf(invocation, MANAGER)
  for (let attempt = 1; ; attempt++) {
    const found = yield* api.get(target.type, target.namespace, target.name)
    if (!found.ok) {
      if (found.status.reason !== 'NotFound')
        throw apiFailure(
          found.status,
          found.status.code === 0 ? '' : `error when retrieving current configuration of "${source}"`,
        )
      yield* create(invocation, target, wanted, source, query)
      yield* print(`${label} created${suffix}\n`)
      return
    }
    const current = json(found.object)
    const patch = threeWayPatch(target.type.kind, lastApplied(current), wanted, current)
    if (Object.keys(patch).length === 0) {
      yield* print(`${label} unchanged${suffix}\n`)
      return
    }
    if (text(members(current, 'metadata', 'annotations'), LAST_APPLIED) === '')
      yield* printError(
        `Warning: resource ${target.type.resource}/${nameOf(object)} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`,
      )
    if (!isClientDryRun(invocation)) {
      const known = structFields(target.type.kind) !== undefined
      const content = `application/${known ? 'strategic-merge-patch' : 'merge-patch'}+json`
      const patched = yield* write('PATCH', pathOf(target), patch, query, content)
      if (!patched.ok && patched.status.reason === 'Conflict' && attempt < PATCH_RETRIES) continue
      if (!patched.ok) throw apiFailure(patched.status, `error when applying patch to "${source}"`)
    }
    yield* print(`${label} configured${suffix}\n`)
    return
  }
}

/** As kubectl's resource.Info prints itself. */
function identityOf({ type, namespace, name }: Target): string {
  const version = `${type.group}/${type.version}`
  return `Resource: "${version}, Resource=${type.resource}", GroupVersionKind: "${version}, Kind=${type.kind}"\nName: "${name}", Namespace: "${namespace ?? ''}"`
}

function* create(
  invocation: Invocation,
  target: Target,
  object: JsonObject,
  source: string,
  query: Record<string, string>,
): Task<void> {
  if (isClientDryRun(invocation)) return
  const created = yield* createObject(target, object, query)
  if (!created.ok)
    throw new CommandFailure(`${apiErrorText(created.status, `error when creating "${source}"`)}\n`)
}

function lastApplied(current: JsonObject): JsonObject {
  const annotation = text(members(current, 'metadata', 'annotations'), LAST_APPLIED)
  if (annotation === '') return {}
  try {
    return json(JSON.parse(annotation))
  } catch {
    return {}
  }
}
