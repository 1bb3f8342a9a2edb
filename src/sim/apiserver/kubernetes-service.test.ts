import { expect, test } from 'vitest'
import type { EndpointSlice } from '../api/objects.ts'
import { hostName } from '../kernel/process.ts'
import { advertisedAddress, kubernetesSlice, withApiserver } from './kubernetes-service.ts'
import { objectIn, Trial } from './trial.ts'

const SLICE = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes'

test('an apiserver that starts writes its own address where Pods find the API', () => {
  const slice = objectIn<EndpointSlice>(new Trial().call('GET', SLICE))
  expect(slice.metadata.labels).toEqual({ 'kubernetes.io/service-name': 'kubernetes' })
  expect(slice.ports).toEqual([{ name: 'https', port: 6443, protocol: 'TCP' }])
  expect(slice.endpoints).toEqual([{ addresses: ['172.18.0.2'], conditions: { ready: true } }])
})

test('each control-plane host has an address of its own', () => {
  expect(advertisedAddress(hostName('control-plane-1'))).toBe('172.18.0.2')
  expect(advertisedAddress(hostName('control-plane-3'))).toBe('172.18.0.4')
})

test('a second apiserver joins the first, once', () => {
  const first = kubernetesSlice('172.18.0.3')
  const both = withApiserver(first, '172.18.0.2')
  expect(both.endpoints.flatMap(({ addresses }) => addresses)).toEqual(['172.18.0.2', '172.18.0.3'])
  expect(withApiserver(both, '172.18.0.3')).toBe(both)
})
