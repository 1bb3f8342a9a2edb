import { expect, test } from 'vitest'
import { decode } from './decode.ts'
import type { Json, JsonObject } from './json.ts'
import { formatMicroTime, formatTime, isCanonicalMicroTime, isCanonicalTime, parseTime } from './time.ts'
import { isWellFormed } from './well-formed.ts'

const pod = (spec: Json, more: JsonObject = {}): JsonObject => ({
  kind: 'Pod',
  metadata: { name: 'web', creationTimestamp: '2026-01-01T00:00:09Z', labels: { a: 'b' } },
  spec,
  ...more,
})
const container = (fields: JsonObject): JsonObject => pod({ containers: [{ name: 'web', ...fields }] })

test.each<[string, JsonObject]>([
  ['nothing', {}],
  ['a plain Pod', container({ image: 'nginx', ports: [{ containerPort: 80 }] })],
  ['canonical amounts', container({ resources: { requests: { cpu: '100m', memory: '1Gi' } } })],
  ['a port by name, or by number', container({ livenessProbe: { httpGet: { port: 'http' } } })],
])('%s is in order, and decoding leaves it alone', (_what, value) => {
  expect(isWellFormed('Pod', value, undefined)).toBe(true)
  expect(decode('Pod', value)).toEqual({ object: value, strictErrors: [] })
})

test.each<[string, JsonObject]>([
  ['an unknown field', container({ imgae: 'nginx' })],
  ['a null', container({ image: null })],
  ['a null in a list', pod({ containers: [null] })],
  ['a null in a map', pod({}, { metadata: { labels: { a: null } } })],
  ['a wrong type', container({ image: 1 })],
  ['an amount that is written otherwise', container({ resources: { requests: { cpu: '0.1' } } })],
  ['a time of another zone', pod({}, { metadata: { creationTimestamp: '2026-01-01T00:00:09+01:00' } })],
  ['a list for an object', pod([])],
  ['an object for a list', pod({ containers: {} })],
  ['the name of what every object has', pod({ constructor: 'x' })],
])('%s is not in order', (_what, value) => {
  expect(isWellFormed('Pod', value, undefined)).toBe(false)
})

test('what is shared with a trusted value is not looked at, and nothing else is trusted', () => {
  const spec = { containers: [{ name: 'web', surprise: 1 }] }
  const trusted = pod(spec)
  expect(isWellFormed('Pod', pod(spec), trusted)).toBe(true)
  expect(isWellFormed('Pod', pod({ containers: [...spec.containers] }), trusted)).toBe(true)
  expect(isWellFormed('Pod', pod({ containers: [{ ...spec.containers[0] }] }), trusted)).toBe(false)
  expect(isWellFormed('Pod', { ...trusted, status: spec }, trusted)).toBe(false)
})

test('a frozen spec is known again, a loose one is looked at again', () => {
  const loose: Record<string, Json> = { nodeName: 'a' }
  expect(isWellFormed('PodSpec', loose, undefined)).toBe(true)
  loose.nodeName = 1
  expect(isWellFormed('PodSpec', loose, undefined)).toBe(false)
  const frozen = Object.freeze({ nodeName: 'a' })
  expect([1, 2].map(() => isWellFormed('PodSpec', frozen, undefined))).toEqual([true, true])
})

test.each([
  '2026-01-01T00:00:00Z',
  '2026-02-28T23:59:59Z',
  '2199-12-01T10:20:30Z',
  '2026-02-29T00:00:00Z',
  '2026-1-01T00:00:000Z',
  '2026-01-01t00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:00:00.000000Z',
  '2026-01-01T00:00:00.123456Z',
  '2026-01-01T00:00:00.12345xZ',
  'nonsense of 20 signs',
])('%s is canonical only if it is written that way', (text) => {
  const micros = parseTime(text) ?? Number.NaN
  if (isCanonicalTime(text)) expect(formatTime(micros)).toBe(text)
  if (isCanonicalMicroTime(text)) expect(formatMicroTime(micros)).toBe(text)
  expect([
    isCanonicalTime('2026-01-01T00:00:00Z'),
    isCanonicalMicroTime('2026-01-01T00:00:00.000001Z'),
  ]).toEqual([true, true])
})
