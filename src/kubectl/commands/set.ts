// kubectl set image: new images for containers of a Pod template. Models kubectl/pkg/cmd/set.
import { CONTENT_STRATEGIC_MERGE_PATCH } from '../../sim/api/http.ts'
import type { JsonObject } from '../../sim/api/json.ts'
import type { Task } from '../../sim/kernel/task.ts'
import type { Command, Invocation } from '../command.ts'
import { print } from '../effects.ts'
import { apiFailure, CommandFailure, failure } from '../failure.ts'
import { flag } from '../flags.ts'
import {
  findObjects,
  items,
  NO_RESOURCE,
  nameOf,
  pathOf,
  slashName,
  targetOfFound,
  text,
  write,
} from '../objects.ts'

export const set: Command = {
  name: 'set',
  summary: 'Set specific features on objects',
  usage: 'kubectl set SUBCOMMAND [options]',
  flags: [],
  subcommands: [
    {
      name: 'image',
      summary: 'Update the image of a pod template',
      usage: 'kubectl set image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... [options]',
      flags: [flag('filename', 'list', 'f'), flag('selector', 'text', 'l'), flag('all', 'bool')],
      run: setImage,
    },
  ],
}

function* setImage(invocation: Invocation): Task<void> {
  const isImage = (arg: string): boolean => arg.includes('=')
  const images = invocation.args.filter(isImage).map((pair) => {
    const equals = pair.indexOf('=')
    return { name: pair.slice(0, equals), image: pair.slice(equals + 1) }
  })
  const resources = invocation.args.filter((arg) => !isImage(arg))
  const missing = [
    resources.length === 0 && !invocation.flags.has('filename') ? `error: ${NO_RESOURCE}\n` : '',
    images.length === 0 ? 'error: at least one image update is required\n' : '',
  ].join('')
  if (missing !== '') throw new CommandFailure(missing)
  const found = yield* findObjects(invocation, resources)
  for (const { type, object } of found) {
    const isPod = type.kind === 'Pod'
    const spec = isPod ? ['spec'] : ['spec', 'template', 'spec']
    const containers = items(object, ...spec, 'containers')
    const wanted = images.flatMap(({ name, image }) => {
      const matching = containers.filter((container) => name === '*' || text(container, 'name') === name)
      if (matching.length === 0) throw failure(`unable to find container named "${name}"`)
      return matching.map((container) => ({
        name: text(container, 'name'),
        image,
        before: text(container, 'image'),
      }))
    })
    const changed = wanted.filter(({ image, before }) => image !== before)
    if (changed.length === 0) continue
    const patched: JsonObject = { containers: changed.map(({ name, image }) => ({ name, image })) }
    const patch = isPod ? { spec: patched } : { spec: { template: { spec: patched } } }
    const path = pathOf(targetOfFound({ type, object }))
    const result = yield* write(
      'PATCH',
      path,
      patch,
      { fieldManager: 'kubectl-set' },
      CONTENT_STRATEGIC_MERGE_PATCH,
    )
    if (!result.ok) throw apiFailure(result.status)
    yield* print(`${slashName(type, nameOf(object))} image updated\n`)
  }
}
