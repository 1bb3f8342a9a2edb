import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json, JsonObject } from './json.ts'
import { deepEqual } from './json.ts'
import { applyJsonPatch } from './json-patch.ts'
import { getAt, parsePointer } from './json-pointer.ts'
import { applyMergePatch, createMergePatch } from './merge-patch.ts'
import { applyStrategicMergePatch } from './strategic-merge-patch.ts'

// RFC 6902, appendix A, and the behaviours of the apiserver's library.
test.each<[string, Json, Json, Json]>([
  ['adds a member', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { baz: 'qux', foo: 'bar' }],
  [
    'adds an element',
    { foo: ['a', 'c'] },
    [{ op: 'add', path: '/foo/1', value: 'b' }],
    { foo: ['a', 'b', 'c'] },
  ],
  ['appends', { foo: ['a'] }, [{ op: 'add', path: '/foo/-', value: ['b'] }], { foo: ['a', ['b']] }],
  ['removes a member', { a: 1, b: 2 }, [{ op: 'remove', path: '/a' }], { b: 2 }],
  ['removes an element', { a: [1, 2, 3] }, [{ op: 'remove', path: '/a/1' }], { a: [1, 3] }],
  ['counts from the end', { a: [1, 2, 3] }, [{ op: 'remove', path: '/a/-1' }], { a: [1, 2] }],
  ['replaces', { a: { b: 1 } }, [{ op: 'replace', path: '/a/b', value: null }], { a: { b: null } }],
  ['moves', { a: { x: 1 }, b: {} }, [{ op: 'move', from: '/a/x', path: '/b/y' }], { a: {}, b: { y: 1 } }],
  ['moves an element', { a: [1, 2, 3] }, [{ op: 'move', from: '/a/0', path: '/a/2' }], { a: [2, 3, 1] }],
  ['copies', { a: [1] }, [{ op: 'copy', from: '/a', path: '/b' }], { a: [1], b: [1] }],
  [
    'tests',
    { 'a/b': { '~c': [1] } },
    [{ op: 'test', path: '/a~1b/~0c', value: [1] }],
    { 'a/b': { '~c': [1] } },
  ],
  ['replaces the document', { a: 1 }, [{ op: 'replace', path: '', value: { b: 2 } }], { b: 2 }],
  ['adds what it replaces', {}, [{ op: 'replace', path: '/a', value: 1 }], { a: 1 }],
  ['takes absent for null', {}, [{ op: 'test', path: '/a', value: null }], {}],
])('JSON Patch %s', (_, document, patch, expected) => {
  const before = JSON.stringify(document)
  expect(applyJsonPatch(document, patch)).toEqual({ value: expected })
  expect(JSON.stringify(document)).toBe(before)
})

test.each<[Json, Json, string]>([
  [{ a: 1 }, [{ op: 'test', path: '/a', value: 2 }], 'testing value /a failed: test failed'],
  [
    {},
    [{ op: 'remove', path: '/a' }],
    "error in remove for path: '/a': Unable to remove nonexistent key: a: missing value",
  ],
  [
    { a: [] },
    [{ op: 'replace', path: '/a/0', value: 1 }],
    'replace operation does not apply: doc is missing key: /a/0: missing value',
  ],
  [
    {},
    [{ op: 'add', path: '/a/b', value: 1 }],
    'add operation does not apply: doc is missing path: "/a/b": missing value',
  ],
  [
    { a: [] },
    [{ op: 'add', path: '/a/1', value: 1 }],
    "error in add for path: '/a/1': Unable to access invalid index: 1: invalid index referenced",
  ],
  [
    { a: [1] },
    [{ op: 'remove', path: '/a/01' }],
    "error in remove for path: '/a/01': Unable to access invalid index: 1: invalid index referenced",
  ],
  [
    { a: [] },
    [{ op: 'add', path: '/a/x', value: 1 }],
    "error in add for path: '/a/x': value was not a proper array index: 'x': strconv.Atoi: parsing \"x\": invalid syntax",
  ],
  [
    {},
    [{ op: 'copy', path: '/a' }],
    'copy operation failed to decode from: operation, missing from field: missing value',
  ],
  [
    {},
    [{ op: 'move', from: '/a', path: '/b' }],
    "error in move for path: 'a': Unable to remove nonexistent key: a: missing value",
  ],
  [{}, [{ op: 'frob', path: '/a' }], 'Unexpected kind: frob'],
])('JSON Patch refuses %j with %j', (document, patch, error) => {
  expect(applyJsonPatch(document, patch)).toEqual({ error, code: 422 })
})

test('a patch that is no list of operations is a bad request', () => {
  expect(applyJsonPatch({}, {})).toEqual({
    error: 'json: cannot unmarshal object into Go value of type jsonpatch.Patch',
    code: 400,
  })
  expect(applyJsonPatch({}, ['x'])).toHaveProperty('code', 400)
})

test('a pointer reads what it names', () => {
  const pointer = parsePointer('/spec/containers/0/name')
  expect(getAt({ spec: { containers: [{ name: 'a' }] } }, pointer ?? [])).toBe('a')
  expect(parsePointer('spec')).toBeUndefined()
})

// RFC 7386, appendix A.
test.each<[Json, Json, Json]>([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [['a', 'b'], ['c'], ['c']],
  [{ a: 'foo' }, 'bar', 'bar'],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  [{ a: [1] }, { a: [{ b: null, c: 1 }, null] }, { a: [{ c: 1 }, null] }],
])('merge patch %j with %j', (target, patch, expected) => {
  expect(applyMergePatch(target, patch)).toEqual(expected)
})

test('a merge patch shares what it does not name, and gives the target back where nothing changes', () => {
  const target = { spec: { replicas: 1 }, metadata: { labels: { a: 'b' } } }
  const patched = applyMergePatch(target, { spec: { replicas: 2 } }) as JsonObject
  expect(patched.metadata).toBe(target.metadata)
  expect(applyMergePatch(target, { spec: { replicas: 1 } })).toBe(target)
})

test('a created merge patch leads from one value to the other', () => {
  const member = fc.oneof(fc.integer(), fc.string(), fc.array(fc.integer(), { maxLength: 2 }))
  const document = fc.dictionary(
    fc.string({ maxLength: 2 }),
    fc.oneof(member, fc.dictionary(fc.string({ maxLength: 2 }), member)),
  )
  fc.assert(
    fc.property(document, document, (from, to) => {
      const patch = createMergePatch(from as Json, to as Json)
      expect(patch === undefined).toBe(deepEqual(from, to))
      expect(applyMergePatch(from as Json, patch ?? {})).toEqual(to)
    }),
  )
})

const pod = (spec: JsonObject): JsonObject => ({ kind: 'Pod', spec })

test.each<[string, string, JsonObject, Json, JsonObject]>([
  [
    'merges containers by name and lists the patched ones in order',
    'Pod',
    pod({
      containers: [
        { name: 'a', image: 'a:1' },
        { name: 'b', image: 'b:1' },
      ],
    }),
    pod({ containers: [{ name: 'b', image: 'b:2' }] }),
    pod({
      containers: [
        { name: 'a', image: 'a:1' },
        { name: 'b', image: 'b:2' },
      ],
    }),
  ],
  [
    'adds a container before those it does not name',
    'Pod',
    pod({ containers: [{ name: 'a' }] }),
    pod({ containers: [{ name: 'new', image: 'x' }] }),
    pod({ containers: [{ name: 'new', image: 'x' }, { name: 'a' }] }),
  ],
  [
    'deletes an element by its key',
    'Pod',
    pod({ containers: [{ name: 'a' }, { name: 'b' }] }),
    pod({ containers: [{ name: 'a', $patch: 'delete' }] }),
    pod({ containers: [{ name: 'b' }] }),
  ],
  [
    'replaces a list on demand',
    'Pod',
    pod({ containers: [{ name: 'a' }, { name: 'b' }] }),
    pod({ containers: [{ name: 'c' }, { $patch: 'replace' }] }),
    pod({ containers: [{ name: 'c' }] }),
  ],
  [
    'replaces lists without a key',
    'Pod',
    pod({ tolerations: [{ key: 'a' }] }),
    pod({ tolerations: [{ key: 'b' }] }),
    pod({ tolerations: [{ key: 'b' }] }),
  ],
  [
    'takes the first place of what $setElementOrder names twice',
    'Pod',
    { metadata: { finalizers: ['b', 'a'] } },
    { metadata: { '$setElementOrder/finalizers': ['a', 'b', 'a'] } },
    { metadata: { finalizers: ['a', 'b'] } },
  ],
  [
    'follows $setElementOrder',
    'Pod',
    pod({ containers: [{ name: 'a' }, { name: 'b' }, { name: 'server' }] }),
    pod({
      '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }],
      containers: [{ name: 'a', image: 'x' }],
    }),
    pod({ containers: [{ name: 'b' }, { name: 'a', image: 'x' }, { name: 'server' }] }),
  ],
  [
    'orders a list that it does not change',
    'Pod',
    pod({ containers: [{ name: 'a' }, { name: 'b' }] }),
    pod({ '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] }),
    pod({ containers: [{ name: 'b' }, { name: 'a' }] }),
  ],
  [
    'merges sets of scalars and deletes from them',
    'Pod',
    { metadata: { finalizers: ['a', 'b'] } },
    { metadata: { finalizers: ['c'], '$deleteFromPrimitiveList/finalizers': ['a'] } },
    { metadata: { finalizers: ['c', 'b'] } },
  ],
  [
    'keeps only the retained keys',
    'Deployment',
    { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } },
    { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
    { spec: { strategy: { type: 'Recreate' } } },
  ],
  [
    'replaces a map',
    'Pod',
    { metadata: { labels: { a: '1' } } },
    { metadata: { labels: { $patch: 'replace', b: '2' } } },
    { metadata: { labels: { b: '2' } } },
  ],
  [
    'removes by null',
    'Pod',
    pod({ nodeName: 'n', hostname: 'h' }),
    pod({ nodeName: null }),
    pod({ hostname: 'h' }),
  ],
  [
    'merges status conditions by type',
    'Pod',
    {
      status: {
        conditions: [
          { type: 'Ready', status: 'False' },
          { type: 'Initialized', status: 'True' },
        ],
      },
    },
    { status: { conditions: [{ type: 'Ready', status: 'True' }] } },
    {
      status: {
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'Initialized', status: 'True' },
        ],
      },
    },
  ],
  [
    'drops nulls of a value that enters whole, and parts with a directive',
    'Pod',
    { metadata: {} },
    pod({
      containers: [
        { name: 'a', image: null },
        { name: 'b', $patch: 'delete' },
      ],
    }),
    { kind: 'Pod', metadata: {}, spec: { containers: [{ name: 'a' }] } },
  ],
  [
    'keeps what an added element holds as it is',
    'Pod',
    pod({ containers: [{ name: 'a' }] }),
    pod({ containers: [{ name: 'b', image: null }] }),
    pod({ containers: [{ name: 'b', image: null }, { name: 'a' }] }),
  ],
  [
    'puts an added element where the deleted one stood',
    'Pod',
    pod({ containers: [{ name: 'a' }, { name: 'b' }] }),
    pod({
      '$setElementOrder/containers': [{ name: 'c' }],
      containers: [{ name: 'c' }, { name: 'a', $patch: 'delete' }],
    }),
    pod({ containers: [{ name: 'b' }, { name: 'c' }] }),
  ],
  [
    'replaces a list by the rest of the patch',
    'Pod',
    pod({ containers: [{ name: 'a' }, { name: 'b' }] }),
    pod({ containers: [{ name: 'c' }, { $patch: 'replace' }] }),
    pod({ containers: [{ name: 'c' }] }),
  ],
])('strategic merge patch %s', (_, kind, target, patch, expected) => {
  const before = JSON.stringify(target)
  expect(applyStrategicMergePatch(kind, target, patch)).toEqual({ value: expected })
  expect(JSON.stringify(target)).toBe(before)
})

test.each<[Json, string]>([
  [pod({ containers: [{ image: 'x' }] }), 'map: map[image:x] does not contain declared merge key: name'],
  [pod({ $patch: 'frob' }), 'unknown patch type: frob in map: map[$patch:frob]'],
  [
    { spec: { volumes: [{ $retainKeys: ['name'], name: 'v', emptyDir: {} }] } },
    'invalid patch format of retainKeys',
  ],
  [
    pod({ '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'b' }] }),
    "The order in patch list:\n[map[name:b]]\n doesn't match $setElementOrder list:\n[map[name:a]]\n",
  ],
  [
    pod({ containers: [{ name: 'a', $patch: 'merge' }] }),
    'merging lists cannot yet be specified in the patch',
  ],
  [
    pod({ '$setElementOrder/sidecars': [] }),
    'unable to find api field in struct PodSpec for the json field "sidecars"',
  ],
  [
    pod({ containers: [{ name: 'a' }, 'b'] }),
    'list element types are not identical: [[map[name:a]] [map[name:a] b]]',
  ],
])('strategic merge patch refuses %j', (patch, error) => {
  const target = pod({ containers: [{ name: 'a' }], volumes: [{ name: 'v' }] })
  expect(applyStrategicMergePatch('Pod', target, patch)).toMatchObject({ error })
})
