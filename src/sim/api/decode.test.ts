import { expect, test } from 'vitest'
import { cannotBeHandled, decode, strictDecodingError } from './decode.ts'
import type { Json } from './json.ts'

const deployment = (spec: Json): Json => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec,
})
const container = (fields: Json): Json => ({ spec: { containers: [fields] } })

test.each<[string, string, Json, string]>([
  [
    'a string for a number',
    'Deployment',
    deployment({ replicas: '3' }),
    'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
  ],
  [
    'a fraction',
    'Deployment',
    deployment({ replicas: 1.5 }),
    'json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32',
  ],
  [
    'too large for int32',
    'Deployment',
    deployment({ replicas: 3000000000 }),
    'json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32',
  ],
  [
    'a number in a map of strings',
    'ConfigMap',
    { data: { a: 1 } },
    'json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
  ],
  [
    'a number for an image',
    'Pod',
    container({ image: 1 }),
    'json: cannot unmarshal number into Go struct field Container.spec.containers.image of type string',
  ],
  [
    'an object for a list',
    'Pod',
    { spec: { containers: {} } },
    'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
  ],
  [
    'a list for an object',
    'Pod',
    { spec: [] },
    'json: cannot unmarshal array into Go struct field Pod.spec of type v1.PodSpec',
  ],
  [
    'a list for a map',
    'Pod',
    { metadata: { labels: [] } },
    'json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type map[string]string',
  ],
  [
    'a bad quantity',
    'Pod',
    container({ resources: { limits: { cpu: '1x' } } }),
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  ],
  [
    'a bool for an int or string',
    'Deployment',
    deployment({ strategy: { rollingUpdate: { maxSurge: true } } }),
    'json: cannot unmarshal bool into Go value of type int32',
  ],
  [
    'text that is no time',
    'Pod',
    { metadata: { creationTimestamp: 'now' } },
    'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"',
  ],
  ['bad base64', 'Secret', { data: { a: 'ab$d' } }, 'illegal base64 data at input byte 2'],
  ['a list as the whole', 'Pod', [], 'json: cannot unmarshal array into Go value of type v1.Pod'],
])('refuses %s', (_, kind, value, error) => {
  expect(decode(kind, value)).toEqual({ error })
})

test('unknown fields are dropped, and each is named by its path', () => {
  const value: Json = { kind: 'Pod', foo: 1, spec: { containers: [{ name: 'a', imgae: 'x' }], bar: {} } }
  expect(decode('Pod', value)).toEqual({
    object: { kind: 'Pod', spec: { containers: [{ name: 'a' }] } },
    strictErrors: [
      'unknown field "foo"',
      'unknown field "spec.containers[0].imgae"',
      'unknown field "spec.bar"',
    ],
  })
  expect(cannotBeHandled('Deployment', 'v1', strictDecodingError(['unknown field "spec.foo"']))).toBe(
    'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.foo"',
  )
})

test('a value in order comes back as the same object, and one out of order is not changed in place', () => {
  const good: Json = {
    kind: 'Pod',
    metadata: { name: 'a', labels: {} },
    spec: { containers: [{ name: 'c' }] },
  }
  expect(decode('Pod', good)).toEqual({ object: good, strictErrors: [] })
  const decoded = decode('Pod', good)
  expect('object' in decoded && decoded.object).toBe(good)

  const loose: Json = {
    metadata: { creationTimestamp: null },
    spec: { containers: [{ name: 'c', resources: { requests: { cpu: '0.5', memory: 1024 } } }] },
  }
  const before = JSON.stringify(loose)
  expect(decode('Pod', loose)).toEqual({
    object: {
      metadata: {},
      spec: { containers: [{ name: 'c', resources: { requests: { cpu: '500m', memory: '1024' } } }] },
    },
    strictErrors: [],
  })
  expect(JSON.stringify(loose)).toBe(before)
})

test('times lose their zone and what their type has no place for', () => {
  const lease = decode('Lease', {
    metadata: { creationTimestamp: '2026-01-01T08:00:00.5+08:00' },
    spec: { renewTime: '2026-01-01T00:00:00Z' },
  })
  expect(lease).toMatchObject({
    object: {
      metadata: { creationTimestamp: '2026-01-01T00:00:00Z' },
      spec: { renewTime: '2026-01-01T00:00:00.000000Z' },
    },
  })
})

test('a key such as __proto__ is an unknown field or a map entry like any other', () => {
  const value = JSON.parse('{"metadata":{"labels":{"__proto__":"x"}},"__proto__":{"spec":1}}') as Json
  const decoded = decode('Pod', value)
  expect(decoded).toMatchObject({ strictErrors: ['unknown field "__proto__"'] })
  expect('object' in decoded && JSON.stringify(decoded.object)).toBe(
    '{"metadata":{"labels":{"__proto__":"x"}}}',
  )
})
