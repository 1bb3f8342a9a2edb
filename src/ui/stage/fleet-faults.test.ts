import { expect, test } from 'vitest'
import { hostsIn } from './fleet-faults.tsx'

test.each([
  ['node-1', ['node-1']],
  ['node-1/kubelet', ['node-1']],
  ['node-1,node-2~etcd-1', ['node-1', 'node-2', 'etcd-1']],
  ['node-1~*', ['node-1', '*']],
])('a fault of %s hits the hosts %j', (target, hosts) => {
  expect(hostsIn({ id: 'fault-1', fault: 'x', target, since: 0, until: null })).toEqual(hosts)
})
