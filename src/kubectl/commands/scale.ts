// kubectl scale: writes the scale subresource. Models kubectl/pkg/cmd/scale.
import { CONTENT_MERGE_PATCH } from '../../sim/api/http.ts'
import type { Command } from '../command.ts'
import { print } from '../effects.ts'
import { apiFailure, failure } from '../failure.ts'
import { flag } from '../flags.ts'
import { findObjects, integer, nameOf, pathOf, slashName, targetOfFound, write } from '../objects.ts'

export const scale: Command = {
  name: 'scale',
  summary: 'Set a new size for a deployment, replica set, or replication controller',
  usage: 'kubectl scale [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME) [options]',
  flags: [
    flag('replicas', 'number'),
    flag('current-replicas', 'number'),
    flag('filename', 'list', 'f'),
    flag('selector', 'text', 'l'),
    flag('all', 'bool'),
  ],
  *run(invocation) {
    const replicas = invocation.flags.number('replicas')
    if (replicas === undefined) throw failure('required flag(s) "replicas" not set')
    if (replicas < 0)
      throw failure(`The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0`)
    const expected = invocation.flags.number('current-replicas')
    const found = yield* findObjects(invocation)
    if (found.length === 0) throw failure('no objects passed to scale')
    for (const { type, object } of found) {
      const current = integer(object, 'spec', 'replicas')
      if (expected !== undefined && expected >= 0 && expected !== current)
        throw failure(`Expected replicas to be ${expected}, was ${current}`)
      const path = pathOf(targetOfFound({ type, object }), 'scale')
      const result = yield* write(
        'PATCH',
        path,
        { spec: { replicas } },
        { fieldManager: 'kubectl' },
        CONTENT_MERGE_PATCH,
      )
      if (!result.ok) throw apiFailure(result.status)
      yield* print(`${slashName(type, nameOf(object))} scaled\n`)
    }
  },
}
