import { expect, test } from 'vitest'
import { emptyDisk } from './disk.ts'
import { memberId } from './messages.ts'
import { createRaft, discount } from './raft.ts'
import { send } from './send.ts'

const one = memberId('etcd-1')
const two = memberId('etcd-2')
const three = memberId('etcd-3')

test('what waits to be sent to a member that has lost its disk was meant for the member as it was', () => {
  const leader = createRaft({ id: one, members: [one, two, three], disk: emptyDisk() })
  leader.role = 'leader'
  for (const to of [two, three])
    send(leader, {
      type: 'MsgHeartbeat',
      from: one,
      to,
      term: leader.term,
      commit: leader.log.committed,
      context: 0,
    })
  expect(discount(leader, two, 7)).toBe(true)
  expect(leader.messages.map(({ to }) => to)).toEqual([three])
  expect(discount(leader, two, 7)).toBe(false)
})
