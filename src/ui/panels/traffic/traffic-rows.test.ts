import { expect, test } from 'vitest'
import { totalOf, trafficRows } from './traffic-rows.ts'

const none = { lists: 0, gets: 0, writes: 0, watches: 0, events: 0, failures: 0 }

test('the busiest client comes first, and equals stand by name', () => {
  const rows = trafficRows({
    'node-2/kubelet': { ...none, lists: 2 },
    'node-1/kubelet': { ...none, watches: 2 },
    'kube-scheduler-1': { ...none, events: 9 },
  })
  expect(rows.map(({ client }) => client)).toEqual(['kube-scheduler-1', 'node-1/kubelet', 'node-2/kubelet'])
})

test('totals add up over all clients', () => {
  const rows = trafficRows({
    a: { ...none, lists: 1, watches: 2, events: 30 },
    b: { ...none, lists: 4, watches: 5, events: 60 },
  })
  expect(totalOf(rows)).toEqual({ lists: 5, watches: 7, events: 90 })
})
