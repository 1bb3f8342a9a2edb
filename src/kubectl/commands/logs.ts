// kubectl logs: what a container printed, where the cluster can tell. Models kubectl/pkg/cmd/logs.
import { PODS, resourcePath } from '../../sim/api/resources.ts'
import { api } from '../../sim/client/index.ts'
import type { Command } from '../command.ts'
import { print, printError } from '../effects.ts'
import { apiFailure, failure, usageError } from '../failure.ts'
import { flag } from '../flags.ts'
import { items, json, text } from '../objects.ts'

export const logs: Command = {
  name: 'logs',
  aliases: ['log'],
  summary: 'Print the logs for a container in a pod',
  usage: 'kubectl logs [-p] (POD | TYPE/NAME) [-c CONTAINER] [options]',
  flags: [
    flag('container', 'text', 'c'),
    flag('previous', 'bool', 'p'),
    flag('follow', 'bool', 'f'),
    flag('tail', 'number'),
    flag('timestamps', 'bool'),
  ],
  *run({ args, flags, namespace, command }) {
    const [first, second] = args
    if (first === undefined)
      throw usageError(
        command,
        "expected 'logs [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command",
      )
    const name = first.replace(/^pods?\//, '')
    if (name.includes('/')) throw failure(`cannot get the logs from ${name.split('/')[0] ?? ''}: name a pod`)
    if (flags.bool('follow')) throw failure('--follow is not supported here: ask again to see more')
    const found = yield* api.get(PODS, namespace, name)
    if (!found.ok) throw apiFailure(found.status)
    const containers = items(json(found.object), 'spec', 'containers').map((container) =>
      text(container, 'name'),
    )
    const container = flags.text('container') || second || containers[0] || ''
    if (flags.text('container') === '' && second === undefined && containers.length > 1)
      yield* printError(`Defaulted container "${container}" out of: ${containers.join(', ')}\n`)
    const tail = flags.number('tail')
    const query = {
      container,
      ...(flags.bool('previous') ? { previous: 'true' } : {}),
      ...(tail === undefined || tail < 0 ? {} : { tailLines: String(tail) }),
      ...(flags.bool('timestamps') ? { timestamps: 'true' } : {}),
    }
    const path = resourcePath(PODS, namespace, name, 'log')
    const result = yield* api.raw({ method: 'GET', path, query, headers: {} })
    if (!result.ok) {
      if (result.status.code === 404 && result.status.details?.name !== name)
        throw failure(`this cluster keeps no logs of its simulated containers`)
      throw apiFailure(result.status)
    }
    if (typeof result.object === 'string' && result.object !== '')
      yield* print(result.object.endsWith('\n') ? result.object : `${result.object}\n`)
  },
}
