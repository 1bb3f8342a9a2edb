import { expect, test } from 'vitest'
import { wayOf } from './way-of.ts'

const row = { process: 'kernel', from: null, to: null, label: '' }

test.each([
  [
    'a message',
    { ...row, type: 'request', from: 'kubectl', to: 'kube-apiserver-1' },
    'kubectl → kube-apiserver-1',
  ],
  ['a command', { ...row, type: 'command', label: 'kubectl get pods' }, 'you'],
  ['a fault', { ...row, type: 'fault', label: 'host-down' }, 'you'],
  ['the start of the cluster', { ...row, type: 'command', label: 'boot' }, 'kernel'],
  ['what a fault does', { ...row, type: 'host', label: 'power lost' }, 'kernel'],
  ['what a component does', { ...row, type: 'schedule', process: 'kube-scheduler-1' }, 'kube-scheduler-1'],
])('%s', (_what, event, way) => {
  expect(wayOf(event, 'you')).toBe(way)
})
