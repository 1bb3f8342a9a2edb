// Names that mean something to JavaScript are names like any other to the API: no decoder and no patch may reach an
// object's prototype through them, lose them, or change what it was given.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { processorTime } from '../kernel/testing/processor-time.ts'
import { decode } from './decode.ts'
import type { Json, JsonObject } from './json.ts'
import { deepEqual, extended, isJsonObject, setMember } from './json.ts'
import { applyJsonPatch } from './json-patch.ts'
import { applyMergePatch, createMergePatch } from './merge-patch.ts'
import { applyStrategicMergePatch } from './strategic-merge-patch.ts'

const key = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
  'polluted',
  'metadata',
  'spec',
  'data',
  'labels',
  'containers',
  'name',
  '0',
  '-',
  '$patch',
  '$retainKeys',
  '$setElementOrder/containers',
  '$deleteFromPrimitiveList/finalizers',
  'template',
  '',
)
const leaf = fc.constantFrom<Json>(1, 'x', true, null, 'replace', 'delete', '__proto__')
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie('json')), { maxLength: 4 }).map((members) => {
      const object: Record<string, Json> = {}
      for (const [name, value] of members) setMember(object, name, value)
      return object
    }),
  ),
}))
const object = json.filter(isJsonObject)
const path = fc.array(key, { maxLength: 4 }).map((parts) => parts.map((part) => `/${part}`).join(''))
const operation = fc.record({
  op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'constructor'),
  path,
  from: path,
  value: json,
})

/** Runs it on frozen data, and looks whether anything that all objects share has changed. */
function harmless(act: () => unknown): void {
  const before = [Object.prototype, Array.prototype, Function.prototype].map(
    (shared) => Reflect.ownKeys(shared).length,
  )
  act()
  const after = [Object.prototype, Array.prototype, Function.prototype].map(
    (shared) => Reflect.ownKeys(shared).length,
  )
  expect(after).toEqual(before)
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
}

/** Each object in it is a plain one. */
function isPlain(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== Array.prototype) return false
  return Object.keys(value).every((name) => isPlain((value as JsonObject)[name]))
}

const runs = { seed: 1, numRuns: 2_000 }

test('JSON patches', () => {
  fc.assert(
    fc.property(object, fc.array(operation, { maxLength: 5 }), (document, operations) => {
      const text = JSON.stringify(document)
      harmless(() => {
        const result = applyJsonPatch(document, operations)
        if ('value' in result) expect(isPlain(result.value)).toBe(true)
      })
      expect(JSON.stringify(document)).toBe(text)
    }),
    runs,
  )
})

test('merge patches, and what makes them', () => {
  fc.assert(
    fc.property(object, json, (from, to) => {
      harmless(() => {
        expect(isPlain(applyMergePatch(from, to))).toBe(true)
        const patch = createMergePatch(from, to)
        expect(isPlain(patch)).toBe(true)
      })
    }),
    runs,
  )
})

test('strategic merge patches', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('Pod', 'ConfigMap', 'Deployment', 'constructor'),
      object,
      json,
      (type, target, patch) => {
        harmless(() => {
          const result = applyStrategicMergePatch(type, target, patch)
          if ('value' in result) expect(isPlain(result.value)).toBe(true)
        })
      },
    ),
    runs,
  )
})

test('decoding', () => {
  fc.assert(
    fc.property(fc.constantFrom('Pod', 'ConfigMap', 'Deployment', 'Secret', 'Node'), json, (type, value) => {
      harmless(() => {
        const decoded = decode(type, value)
        if ('object' in decoded) expect(isPlain(decoded.object)).toBe(true)
      })
    }),
    runs,
  )
})

test('a key of a map keeps its name through a patch, whatever it is', () => {
  const before: Json = JSON.parse('{"data":{"__proto__":"a","constructor":"b"}}')
  const merged = applyMergePatch(before, JSON.parse('{"data":{"__proto__":"c"}}'))
  expect(JSON.stringify(merged)).toBe('{"data":{"__proto__":"c","constructor":"b"}}')
  const strategic = applyStrategicMergePatch(
    'ConfigMap',
    before as JsonObject,
    JSON.parse('{"data":{"__proto__":null}}'),
  )
  expect(JSON.stringify(strategic)).toBe('{"value":{"data":{"constructor":"b"}}}')
  const patched = applyJsonPatch(before, [
    { op: 'add', path: '/data/toString', value: 'd' },
    { op: 'move', from: '/data/__proto__', path: '/data/valueOf' },
  ])
  expect(JSON.stringify(patched)).toBe('{"value":{"data":{"constructor":"b","toString":"d","valueOf":"a"}}}')
  expect(deepEqual(before, JSON.parse('{"data":{"constructor":"b","__proto__":"a"}}'))).toBe(true)
})

test.each([
  ['through a prototype', '/__proto__/polluted'],
  ['through a constructor', '/constructor/prototype/polluted'],
  ['through a list', '/metadata/finalizers/constructor/polluted'],
])('a JSON patch finds no way %s', (_what, target) => {
  const document = { metadata: { finalizers: ['a'] } }
  for (const op of ['add', 'replace', 'remove'])
    harmless(() => expect(applyJsonPatch(document, [{ op, path: target, value: 1 }])).toHaveProperty('error'))
})

test('copies that double the object each time are refused, and none shares what is changed later', () => {
  const doubling = Array.from({ length: 40 }, () => ({ op: 'copy', from: '/a', path: '/a/-' }))
  expect(applyJsonPatch({ a: ['x'] }, doubling)).toMatchObject({ code: 413 })
  const shared = applyJsonPatch({}, [
    { op: 'add', path: '/a', value: {} },
    { op: 'add', path: '/a/x', value: 1 },
    { op: 'copy', from: '/a', path: '/b' },
    { op: 'add', path: '/a/y', value: 2 },
    { op: 'add', path: '/b/z', value: 3 },
  ])
  expect(shared).toEqual({ value: { a: { x: 1, y: 2 }, b: { x: 1, z: 3 } } })
})

test('ten thousand operations on one map take no more than a moment', () => {
  const operations = Array.from({ length: 10_000 }, (_, i) => ({
    op: 'add',
    path: `/data/key-${i}`,
    value: 'x',
  }))
  const spent = processorTime()
  expect(applyJsonPatch({ data: {} }, operations)).toHaveProperty('value')
  expect(spent()).toBeLessThan(2_000)
})

test('a path deeper than any object is refused', () => {
  expect(applyJsonPatch({}, [{ op: 'add', path: '/x'.repeat(300), value: 1 }])).toMatchObject({
    error: 'exceeded max depth',
  })
})

test('a copy made member by member keeps a member whatever it is called', () => {
  const requests = JSON.parse('{"__proto__":"1","cpu":"2"}') as Record<string, string>
  const copy = extended(requests, { memory: '3' })
  expect(Object.keys(copy)).toEqual(['__proto__', 'cpu', 'memory'])
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
})
