// kubectl create: from a file, or one of its generators: deployment, namespace, configmap, service account.
import type { JsonObject } from '../../sim/api/json.ts'
import type { Task } from '../../sim/kernel/task.ts'
import type { Command, Invocation } from '../command.ts'
import { readManifests } from '../command.ts'
import { print, printError } from '../effects.ts'
import { apiErrorText, apiFailure, CommandFailure, failure, usageError } from '../failure.ts'
import { flag } from '../flags.ts'
import { createObject, json, nameOf, slashName, targetOf } from '../objects.ts'
import { toJsonText, toYamlText } from '../print/serialize.ts'
import { dryRunSuffix, isClientDryRun, queryOf } from './apply.ts'

const MANAGER = 'kubectl-create'
const GENERATOR_FLAGS = [
  flag('dry-run', 'text', '', 'unchanged'),
  flag('output', 'text', 'o'),
  flag('validate', 'text', '', 'strict'),
]

export const create: Command = {
  name: 'create',
  summary: 'Create a resource from a file or from stdin',
  usage: 'kubectl create -f FILENAME [options]',
  flags: [flag('filename', 'list', 'f'), ...GENERATOR_FLAGS],
  run: createFromFiles,
  subcommands: [
    {
      name: 'deployment',
      aliases: ['deploy'],
      summary: 'Create a deployment with the specified name',
      usage: 'kubectl create deployment NAME --image=image -- [COMMAND] [args...] [options]',
      flags: [
        flag('image', 'list'),
        flag('replicas', 'number', 'r'),
        flag('port', 'number'),
        ...GENERATOR_FLAGS,
      ],
      run: (invocation) => createOne(invocation, deploymentOf(invocation)),
    },
    {
      name: 'namespace',
      aliases: ['ns'],
      summary: 'Create a namespace with the specified name',
      usage: 'kubectl create namespace NAME [options]',
      flags: GENERATOR_FLAGS,
      run: (invocation) =>
        createOne(invocation, {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: oneName(invocation) },
        }),
    },
    {
      name: 'serviceaccount',
      aliases: ['sa'],
      summary: 'Create a service account with the specified name',
      usage: 'kubectl create serviceaccount NAME [options]',
      flags: GENERATOR_FLAGS,
      run: (invocation) =>
        createOne(invocation, {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: oneName(invocation) },
        }),
    },
    {
      name: 'configmap',
      aliases: ['cm'],
      summary: 'Create a config map from literal values',
      usage: 'kubectl create configmap NAME [--from-literal=key1=value1] [options]',
      flags: [flag('from-literal', 'list'), ...GENERATOR_FLAGS],
      run: (invocation) =>
        createOne(invocation, {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: oneName(invocation) },
          data: Object.fromEntries(invocation.flags.list('from-literal').map(literal)),
        }),
    },
  ],
}

function literal(pair: string): [string, string] {
  const equals = pair.indexOf('=')
  if (equals <= 0) throw failure(`invalid literal source ${pair}, expected key=value`)
  return [pair.slice(0, equals), pair.slice(equals + 1)]
}

function oneName({ args, command }: Invocation): string {
  const [name, ...more] = args
  if (name === undefined || more.length > 0)
    throw usageError(command, `exactly one NAME is required, got ${args.length}`)
  return name
}

function* createFromFiles(invocation: Invocation): Task<void> {
  const [unknown] = invocation.args
  if (unknown !== undefined && !invocation.flags.has('filename')) {
    yield* printError(`Error: must specify one of -f and -k\n\n`)
    throw failure(
      `unknown command "${invocation.args.join(' ')}"\nSee 'kubectl create -h' for help and examples`,
    )
  }
  let failed = false
  for (const { source, object } of readManifests(invocation)) {
    const target = yield* targetOf(object, invocation)
    if (!isClientDryRun(invocation)) {
      const created = yield* createObject(target, object, queryOf(invocation, MANAGER))
      if (!created.ok) {
        failed = true
        yield* printError(`${apiErrorText(created.status, `error when creating "${source}"`)}\n`)
        continue
      }
      yield* print(
        `${slashName(target.type, nameOf(json(created.object)))} created${dryRunSuffix(invocation)}\n`,
      )
    } else yield* print(`${slashName(target.type, target.name)} created${dryRunSuffix(invocation)}\n`)
  }
  if (failed) throw new CommandFailure('')
}

/** Creates what a generator made, or with a client-side dry run only shows it. */
export function* createOne(
  invocation: Invocation,
  object: JsonObject,
  doing = 'failed to create',
): Task<void> {
  const target = yield* targetOf(object, invocation)
  const output = invocation.flags.text('output')
  let result = object
  if (!isClientDryRun(invocation)) {
    const created = yield* createObject(target, object, queryOf(invocation, MANAGER))
    if (!created.ok)
      // These two pass the server's answer on as it is; the others wrap its text.
      throw created.status.code === 0 || doing === '' || target.type.kind === 'Namespace'
        ? apiFailure(created.status)
        : failure(`${doing} ${target.type.singular}: ${created.status.message ?? ''}`)
    result = json(created.object)
  }
  if (output === 'yaml') yield* print(toYamlText(result))
  else if (output === 'json') yield* print(toJsonText(result))
  else yield* print(`${slashName(target.type, target.name)} created${dryRunSuffix(invocation)}\n`)
}

function deploymentOf(invocation: Invocation): JsonObject {
  const { flags, rest } = invocation
  const images = flags.list('image')
  if (images.length === 0) throw failure('required flag(s) "image" not set')
  const name = oneName(invocation)
  if (images.length > 1 && rest !== null) throw failure('cannot specify multiple --image options and command')
  const labels = { app: name }
  const port = flags.number('port')
  const containers = images.map((image) => ({
    image,
    name: containerName(image),
    resources: {},
    ...(rest === null ? {} : { command: [...rest] }),
    ...(port === undefined ? {} : { ports: [{ containerPort: port }] }),
  }))
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { labels, name },
    spec: {
      replicas: flags.number('replicas') ?? 1,
      selector: { matchLabels: labels },
      strategy: {},
      template: { metadata: { labels }, spec: { containers } },
    },
  }
}

/** The last part of the image's name, without tag and digest. */
const containerName = (image: string): string => {
  const last = image.split('/').at(-1) ?? image
  return (last.split(/[:@]/)[0] ?? last).replace(/[^a-zA-Z0-9-]/g, '-').toLowerCase()
}
