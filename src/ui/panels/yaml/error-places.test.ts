// Where in a manifest an error lies.

import { expect, test } from 'vitest'
import { placeErrors } from './error-places.ts'

const manifest = `apiVersion: v1
kind: Service
metadata:
  name: web
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: web
spec:
  replicas: -1
  template:
    spec:
      containers:
        - image: nginx
          name: Web
`

test.each([
  ['error parsing web.yaml: line 3, column 7: bad indentation', 3, 7],
  ['error: yaml: line 12: did not find expected key', 12, null],
  ['The ReplicaSet "web" is invalid: spec.replicas: Invalid value: -1: must be >= 0', 11, null],
  ['The ReplicaSet "web" is invalid: spec.template.spec.containers[0].name: Invalid value: "Web"', 16, null],
  ['The ReplicaSet "web" is invalid: spec.selector: Required value', 10, null],
  ['strict decoding error: unknown field "metadata.nam"', 3, null],
])('%s', (message, line, column) => {
  expect(placeErrors(message, manifest)).toEqual([{ message, place: { line, column } }])
})

test('each line of a long message has its own place, or none', () => {
  const stderr = `The ReplicaSet "web" is invalid:
* spec.replicas: Invalid value: -1: must be >= 0
* something else
`
  expect(placeErrors(stderr, manifest).map(({ place }) => place?.line ?? null)).toEqual([null, 11, null])
})

test('a text that is no YAML has no fields', () => {
  expect(placeErrors('spec.replicas: Required value', ': :\n\t- [')).toEqual([
    { message: 'spec.replicas: Required value', place: null },
  ])
})
