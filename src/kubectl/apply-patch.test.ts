import { expect, test } from 'vitest'
import type { JsonObject } from '../sim/api/json.ts'
import { applyStrategicMergePatch } from '../sim/api/strategic-merge-patch.ts'
import { threeWayPatch } from './apply-patch.ts'

const spec = (spec: JsonObject): JsonObject => ({ spec })
const containers = (...list: JsonObject[]): JsonObject => spec({ containers: list })
const a = { name: 'a', image: 'x:1' }
const b = { name: 'b', image: 'y:1' }

test.each<[string, JsonObject, JsonObject, JsonObject, JsonObject]>([
  ['nothing new', containers(a), containers(a), containers({ ...a, imagePullPolicy: 'Always' }), {}],
  [
    'a changed field of a keyed list',
    containers(a),
    containers({ ...a, image: 'x:2' }),
    containers({ ...a, imagePullPolicy: 'Always' }),
    spec({ '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'a', image: 'x:2' }] }),
  ],
  [
    'an element that the manifest no longer has',
    containers(a, b),
    containers(a),
    containers(a, b),
    spec({ '$setElementOrder/containers': [{ name: 'a' }], containers: [{ $patch: 'delete', name: 'b' }] }),
  ],
  ['an element that somebody else added', containers(a), containers(a), containers(a, b), {}],
  [
    'a field that the manifest no longer has',
    spec({ nodeName: 'n', hostname: 'h' }),
    spec({ hostname: 'h' }),
    spec({ nodeName: 'n', hostname: 'h' }),
    spec({ nodeName: null }),
  ],
  ['a field that went away by itself', spec({ nodeName: 'n' }), spec({}), spec({}), {}],
  [
    'a null that was applied before',
    { metadata: { creationTimestamp: null } },
    { metadata: { creationTimestamp: null } },
    { metadata: { creationTimestamp: 'now' } },
    {},
  ],
  [
    'a list without a key is replaced',
    spec({ x: [1] }),
    spec({ x: [2] }),
    spec({ x: [1] }),
    spec({ x: [2] }),
  ],
])('%s', (_name, original, modified, current, expected) => {
  expect(threeWayPatch('Pod', original, modified, current)).toEqual(expected)
})

test('applied to what is there, the patch gives what the manifest says', () => {
  const current = containers({ ...a, imagePullPolicy: 'Always' }, b, { name: 'c', image: 'side:1' })
  const modified = containers({ name: 'd', image: 'new' }, { ...a, image: 'x:2' })
  const patch = threeWayPatch('Pod', containers(a, b), modified, current)
  expect(applyStrategicMergePatch('Pod', current, patch)).toEqual({
    // What others added keeps its place before what is new, since the deletion moved it up.
    value: containers(
      { name: 'c', image: 'side:1' },
      { name: 'd', image: 'new' },
      { ...a, image: 'x:2', imagePullPolicy: 'Always' },
    ),
  })
})

test('a type without a schema gets a merge patch', () => {
  expect(threeWayPatch('Gadget', containers(a), containers({ ...a, image: 'x:2' }), containers(a))).toEqual(
    containers({ ...a, image: 'x:2' }),
  )
})
