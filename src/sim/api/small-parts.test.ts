import { expect, test } from 'vitest'
import { findCondition, isConditionTrue, removeCondition, setCondition } from './conditions.ts'
import {
  aggregateText,
  duplicate,
  FieldPath,
  fieldErrorText,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
} from './field-errors.ts'
import { scaledValue } from './int-or-string.ts'
import { isCIDR, isIPv4, isIPv6 } from './ip-formats.ts'
import { deepEqual, deepFreeze, semanticEqual } from './json.ts'
import {
  isConfigMapKey,
  isDNS1123Label,
  isDNS1123Subdomain,
  isQualifiedName,
  isValidPortName,
} from './name-formats.ts'
import { generateName, safeEncode } from './names.ts'
import type { KubeObject } from './objects.ts'
import { asResourceVersion, asUid, keyOf, objectKey, parseGroupVersion, splitKey } from './objects.ts'
import { controllerOf, controllerRef, isControlledBy } from './owner-references.ts'
import * as status from './status.ts'
import { firstUntolerated, taintText, tolerates } from './tolerations.ts'

const pods = { group: '', resource: 'pods' }
const deployments = { group: 'apps', resource: 'deployments' }
const path = FieldPath.root('spec').child('containers').index(0).child('image')

test.each([
  [status.notFound(pods, 'x'), 404, 'NotFound', 'pods "x" not found'],
  [status.notFound(deployments, 'x'), 404, 'NotFound', 'deployments.apps "x" not found'],
  [status.alreadyExists(pods, 'x'), 409, 'AlreadyExists', 'pods "x" already exists'],
  [
    status.conflict(pods, 'x'),
    409,
    'Conflict',
    'Operation cannot be fulfilled on pods "x": the object has been modified; please apply your changes to the latest version and try again',
  ],
  [status.tooOldResourceVersion(5, 10), 410, 'Expired', 'too old resource version: 5 (10)'],
  [
    status.tooLargeResourceVersion(9, 7),
    504,
    'Timeout',
    'Timeout: Too large resource version: 9, current: 7',
  ],
  [
    status.methodNotSupported(pods, 'patch'),
    405,
    'MethodNotAllowed',
    'patch is not supported on resources of kind "pods"',
  ],
  [status.forbiddenRequest(pods, 'x', 'no'), 403, 'Forbidden', 'pods "x" is forbidden: no'],
  [status.internalServerError('x'), 500, 'InternalError', 'Internal error occurred: x'],
])('status %#: %s', (value, code, reason, message) => {
  expect(value).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message })
})

test('an invalid object carries each cause', () => {
  const kind = { group: '', kind: 'Pod' }
  const one = status.invalidObject(kind, 'x', [required(path)])
  expect(one.message).toBe('Pod "x" is invalid: spec.containers[0].image: Required value')
  expect(one.details).toEqual({
    name: 'x',
    kind: 'Pod',
    causes: [{ reason: 'FieldValueRequired', message: 'Required value', field: 'spec.containers[0].image' }],
  })
  const two = status.invalidObject({ group: 'apps', kind: 'ReplicaSet' }, 'x', [
    required(path),
    forbidden(path, 'no'),
  ])
  expect(two.message).toBe(
    'ReplicaSet.apps "x" is invalid: [spec.containers[0].image: Required value, spec.containers[0].image: Forbidden: no]',
  )
})

test.each([
  [invalid(path, 'x y', 'bad'), 'spec.containers[0].image: Invalid value: "x y": bad'],
  [invalid(path, -1, 'bad'), 'spec.containers[0].image: Invalid value: -1: bad'],
  [invalid(path, { a: 1 }, 'bad'), 'spec.containers[0].image: Invalid value: {"a":1}: bad'],
  [
    notSupported(path, 'z', ['b', 'a']),
    'spec.containers[0].image: Unsupported value: "z": supported values: "b", "a"',
  ],
  [duplicate(path, 'a'), 'spec.containers[0].image: Duplicate value: "a"'],
  [tooLong(path, 63), 'spec.containers[0].image: Too long: may not be more than 63 bytes'],
  [required(path.key('k'), 'why'), 'spec.containers[0].image[k]: Required value: why'],
])('field error %#: %s', (error, text) => {
  expect(fieldErrorText(error)).toBe(text)
  expect(aggregateText([error, error])).toBe(text)
})

test.each([
  [isDNS1123Label, 'my-name', undefined],
  [isDNS1123Label, 'a.b', 'must not contain dots'],
  [
    isDNS1123Label,
    'A',
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
  ],
  [isDNS1123Label, 'a'.repeat(64), 'must be no more than 63 characters'],
  [isDNS1123Subdomain, 'a.b-c.d', undefined],
  [
    isDNS1123Subdomain,
    'a_b',
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
  ],
  [isQualifiedName, 'example.com/My_name', undefined],
  [isQualifiedName, 'é'.repeat(40), 'name part must be no more than 63 bytes'],
  [isQualifiedName, `${'a'.repeat(254)}/x`, 'prefix part must be no more than 253 bytes'],
  [isQualifiedName, '/x', 'prefix part must be non-empty'],
  [isQualifiedName, 'example.com/', 'name part must be non-empty'],
  [isValidPortName, 'http', undefined],
  [isValidPortName, '80', 'must contain at least one letter (a-z)'],
  [isConfigMapKey, '..', "must not be '..'"],
])('name rule %#: %j', (rule, value, message) => {
  expect(rule(value)[0]).toBe(message)
})

test('addresses', () => {
  expect(['10.0.0.1', '255.255.255.255'].every(isIPv4)).toBe(true)
  expect(['10.0.0', '256.0.0.1', '+1.2.3.4', ''].some(isIPv4)).toBe(false)
  // The rules that the older fields keep let leading zeros and embedded IPv4 addresses pass.
  expect(isIPv4('01.2.3.4') && isIPv6('::ffff:10.0.0.1') && isCIDR('10.0.0.0/08')).toBe(true)
  expect(isIPv6('1:2:3:4:5:6:7:10.0.0.1') || isIPv6('10.0.0.1')).toBe(false)
  expect(['::1', 'fd00::1:2', '1:2:3:4:5:6:7:8'].every(isIPv6)).toBe(true)
  expect([':::', '1:2', '1::2::3', 'g::1'].some(isIPv6)).toBe(false)
  expect(isCIDR('10.0.0.0/8') && !isCIDR('10.0.0.0/33') && !isCIDR('10.0.0.0')).toBe(true)
})

test('a generated name keeps 58 characters of its base and adds five of the safe alphabet', () => {
  let next = 0
  const name = generateName('x'.repeat(60), (below) => next++ % below)
  expect(name).toBe(`${'x'.repeat(58)}bcdfg`)
  expect(safeEncode('5d8b9c')).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{6}$/)
})

test('keys and group versions', () => {
  expect(keyOf('default', 'web')).toBe('default/web')
  expect(keyOf(undefined, 'node-1')).toBe('node-1')
  expect(splitKey(keyOf('default', 'web'))).toEqual({ namespace: 'default', name: 'web' })
  expect(parseGroupVersion('apps/v1')).toEqual({ group: 'apps', version: 'v1' })
  expect(parseGroupVersion('v1')).toEqual({ group: '', version: 'v1' })
})

function object(name: string, uid: string): KubeObject {
  const metadata = {
    name,
    namespace: 'default',
    uid: asUid(uid),
    resourceVersion: asResourceVersion(1),
    creationTimestamp: '',
  }
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata }
}

test('control is by uid, not by name', () => {
  const owner = object('web', 'u1')
  const child = object('web-x', 'u2')
  const owned = { ...child, metadata: { ...child.metadata, ownerReferences: [controllerRef(owner)] } }
  expect(controllerOf(owned)).toMatchObject({
    kind: 'ReplicaSet',
    name: 'web',
    controller: true,
    blockOwnerDeletion: true,
  })
  expect(isControlledBy(owned, owner)).toBe(true)
  expect(isControlledBy(owned, object('web', 'u9'))).toBe(false)
  expect(objectKey(owned)).toBe('default/web-x')
})

test('a condition keeps its transition time while its status stays', () => {
  const before = [{ type: 'Ready', status: 'True', reason: 'A', lastTransitionTime: 't1' }]
  expect(setCondition(before, { type: 'Ready', status: 'True', reason: 'A', lastTransitionTime: 't2' })).toBe(
    before,
  )
  expect(
    setCondition(before, { type: 'Ready', status: 'True', reason: 'B', lastTransitionTime: 't2' }),
  ).toEqual([{ type: 'Ready', status: 'True', reason: 'B', lastTransitionTime: 't1' }])
  const after = setCondition(before, {
    type: 'Ready',
    status: 'False',
    reason: 'A',
    lastTransitionTime: 't2',
  })
  expect(findCondition(after, 'Ready')?.lastTransitionTime).toBe('t2')
  expect(isConditionTrue(after, 'Ready')).toBe(false)
  expect(removeCondition(after, 'Ready')).toEqual([])
})

test.each([
  [{ operator: 'Exists' }, true],
  [{ key: 'k', operator: 'Exists' }, true],
  [{ key: 'k', operator: 'Exists', effect: 'NoExecute' }, false],
  [{ key: 'k', value: 'v' }, true],
  [{ key: 'k', value: 'w', operator: 'Equal' }, false],
  [{ key: 'j', operator: 'Exists' }, false],
])('toleration %j of k=v:NoSchedule is %j', (toleration, expected) => {
  const taint = { key: 'k', value: 'v', effect: 'NoSchedule' }
  expect(tolerates(toleration, taint)).toBe(expected)
  expect(firstUntolerated([taint], [toleration], ['NoSchedule']) === undefined).toBe(expected)
  expect(firstUntolerated([taint], [], ['NoExecute'])).toBeUndefined()
  expect(taintText(taint)).toBe('k=v:NoSchedule')
})

test.each([
  [3, 10, true, 3],
  ['25%', 10, true, 3],
  ['25%', 10, false, 2],
  ['100%', 7, false, 7],
  ['-10%', 3, true, 0],
  ['-10%', 3, false, -1],
  ['x', 7, false, undefined],
  ['7', 7, false, undefined],
])('%j of %d, rounded up %j, is %j', (value, total, roundUp, expected) => {
  expect(scaledValue(value, total, roundUp)).toBe(expected)
})

test('equality', () => {
  expect(deepEqual({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toBe(true)
  expect(deepEqual({ a: undefined }, {})).toBe(true)
  expect(deepEqual([1], { 0: 1 })).toBe(false)
  expect(deepEqual({ a: 1 }, { a: 1, b: 2 })).toBe(false)
  expect(semanticEqual({ a: [], b: 1 }, { b: 1 })).toBe(true)
  expect(semanticEqual({ a: [0] }, {})).toBe(false)
  expect(() => {
    deepFreeze({ a: { b: 1 } }).a.b = 2
  }).toThrow(TypeError)
})
