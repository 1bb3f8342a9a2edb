// kubectl run: one Pod. Models kubectl/pkg/cmd/run. Left out: attaching to it, and deleting it afterwards.
import type { JsonObject } from '../../sim/api/json.ts'
import type { Command, Invocation } from '../command.ts'
import { failure, usageError } from '../failure.ts'
import { flag } from '../flags.ts'
import { parsePairs } from '../pairs.ts'
import { createOne } from './create.ts'

/** Domain, path, tag and digest, each in the grammar of container registries. */
const IMAGE_NAME =
  /^(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::[0-9]+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+|\/)[a-z0-9]+)*(?::\w[\w.-]{0,127})?(?:@[A-Za-z][\w+.-]*:[0-9a-fA-F]{32,})?$/

export const run: Command = {
  name: 'run',
  summary: 'Run a particular image on the cluster',
  usage:
    'kubectl run NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [-- COMMAND] [args...] [options]',
  flags: [
    flag('image'),
    flag('restart'),
    flag('labels', 'text', 'l'),
    flag('port', 'number'),
    flag('env', 'list'),
    flag('annotations', 'list'),
    flag('command', 'bool'),
    flag('image-pull-policy'),
    flag('dry-run', 'text', '', 'unchanged'),
    flag('output', 'text', 'o'),
    flag('stdin', 'bool', 'i'),
    flag('tty', 'bool', 't'),
    flag('rm', 'bool'),
    flag('quiet', 'bool', 'q'),
  ],
  run: (invocation) => createOne(invocation, podOf(invocation), ''),
}

function podOf(invocation: Invocation): JsonObject {
  const { args, flags, rest, command } = invocation
  const [name, ...more] = args
  if (!flags.has('image')) throw failure('required flag(s) "image" not set')
  if (name === undefined) throw usageError(command, 'NAME is required for run')
  if (!IMAGE_NAME.test(flags.text('image')))
    throw failure(`Invalid image name "${flags.text('image')}": invalid reference format`)
  for (const unsupported of ['stdin', 'tty', 'rm'])
    if (flags.bool(unsupported))
      throw failure(
        `--${unsupported} is not supported here: nothing can be attached to a simulated container`,
      )
  const restartPolicy = flags.text('restart') || 'Always'
  if (!['Always', 'OnFailure', 'Never'].includes(restartPolicy))
    throw failure(`invalid restart policy: ${restartPolicy}`)
  const labels = flags.has('labels') ? parsePairs(flags.text('labels').split(',')).set : { run: name }
  const words = [...more, ...(rest ?? [])]
  const port = flags.number('port')
  const env = flags.list('env').map((pair) => {
    const equals = pair.indexOf('=')
    if (equals <= 0) throw failure(`invalid env: ${pair}`)
    return { name: pair.slice(0, equals), value: pair.slice(equals + 1) }
  })
  const annotations = parsePairs(flags.list('annotations')).set
  const container: JsonObject = {
    image: flags.text('image'),
    name,
    resources: {},
    ...(words.length === 0 ? {} : { [flags.bool('command') ? 'command' : 'args']: words }),
    ...(port === undefined ? {} : { ports: [{ containerPort: port }] }),
    ...(env.length === 0 ? {} : { env }),
    ...(flags.has('image-pull-policy') ? { imagePullPolicy: flags.text('image-pull-policy') } : {}),
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { labels, name, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
    spec: { containers: [container], dnsPolicy: 'ClusterFirst', restartPolicy },
  }
}
