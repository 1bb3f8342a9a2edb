// What Tab offers.

import { expect, test } from 'vitest'
import type { Vocabulary } from './completion.ts'
import { complete } from './completion.ts'

const vocabulary: Vocabulary = {
  names: { pods: ['web-7k2xq', 'web-9d4tz'], nodes: ['node-1'], namespaces: ['default'] },
  files: ['web.yaml'],
}

test.each([
  ['k', 'kubectl '],
  ['kubectl ge', 'kubectl get '],
  ['kubectl d', 'kubectl d'],
  ['kubectl get po', 'kubectl get po'],
  ['kubectl get pods w', 'kubectl get pods web-'],
  ['kubectl get pods web-7', 'kubectl get pods web-7k2xq '],
  ['kubectl delete pod/web-9', 'kubectl delete pod/web-9d4tz '],
  ['kubectl create -f w', 'kubectl create -f web.yaml '],
  ['kubectl drain ', 'kubectl drain node-1 '],
  ['kubectl get pods -n d', 'kubectl get pods -n default '],
  ['kubectl rollout st', 'kubectl rollout status '],
  ['kubectl  get nothing', 'kubectl  get nothing'],
  ['ls ', 'ls '],
])('%j becomes %j', (line, completed) => {
  expect(complete(line, vocabulary).line).toBe(completed)
})

test('what fits is listed in order', () => {
  expect(complete('kubectl get pods we', vocabulary).candidates).toEqual(['web-7k2xq', 'web-9d4tz'])
})
