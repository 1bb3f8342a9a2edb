// An etcd member. Its role is told by shape: a leader has a crown and two rings, a candidate a dashed one, a dead member
// a cross. Around the leader a ring fills as members acknowledge the newest entry, and closes at the majority.

import type { NodeProps } from '@xyflow/react'
import { useTexts } from '../i18n/use-texts.ts'
import { useView } from '../store/view.ts'
import type { ProcessNode } from './ends.tsx'
import { Ends } from './ends.tsx'
import { useIsNow } from './now.ts'
import { StageItem } from './stage-item.tsx'

const radius = 25
const outer = 30.5

export function MemberNode({ data: { id } }: NodeProps<ProcessNode>) {
  const texts = useTexts().stage
  const member = useView(({ stage }) => stage.members[id])
  const now = useIsNow(id)
  if (member === undefined) return null
  const role = member.up ? member.role : 'dead'
  const digits = String(member.commit).length
  return (
    <>
      <Ends />
      <StageItem
        subject={{ kind: 'member', id }}
        name={`${id}, ${texts.roles[role]}, ${texts.term(member.term)}`}
        className={`member member-${role}`}
        now={now}
      >
        <svg viewBox="-33 -33 66 66" width="66" height="66" aria-hidden="true">
          <circle r={radius} className="member-disc" />
          {role === 'leader' ? <circle r={radius - 4} className="member-inner" /> : null}
          {role === 'leader' ? (
            <path className="crown" d="M-9 -3 -10.5 -13 -4.5 -8 0 -15 4.5 -8 10.5 -13 9 -3Z" />
          ) : null}
          {role === 'dead' ? <path className="member-cross" d="M-11 -11 11 11M11 -11 -11 11" /> : null}
          {role === 'dead' ? null : (
            <text y={role === 'leader' ? 12 : 5} className="member-index" data-digits={digits}>
              {member.commit}
            </text>
          )}
          {role === 'leader' ? <AcknowledgementRing leader={id} /> : null}
          {role === 'leader' || role === 'dead' ? null : <Acknowledged id={id} />}
        </svg>
        <span className="member-name">{id}</span>
        <small>{texts.roles[role]}</small>
      </StageItem>
    </>
  )
}

const useNewestProposal = () =>
  useView(({ stage }) => {
    let newest: (typeof stage.proposals)[string] | undefined
    for (const proposal of Object.values(stage.proposals))
      if (newest === undefined || proposal.index > newest.index) newest = proposal
    return newest
  })

function AcknowledgementRing({ leader }: { readonly leader: string }) {
  const proposal = useNewestProposal()
  const ids = useView(({ stage }) => Object.keys(stage.members).join(' ')).split(' ')
  if (proposal === undefined || proposal.leader !== leader) return null
  if (proposal.committed) return <circle r={outer} className="ring ring-committed" />
  const circumference = 2 * Math.PI * outer
  const part = circumference / ids.length
  const gap = 5
  return ids.map((id, index) => (
    <circle
      key={id}
      r={outer}
      className={`ring ${proposal.acknowledged.includes(id) ? 'ring-acknowledged' : 'ring-open'}`}
      strokeDasharray={`${part - gap} ${circumference - part + gap}`}
      strokeDashoffset={-index * part - gap / 2}
      transform="rotate(-90)"
    />
  ))
}

/** A follower that holds the newest entry says so with a tick. */
function Acknowledged({ id }: { readonly id: string }) {
  const proposal = useNewestProposal()
  if (proposal === undefined || !proposal.acknowledged.includes(id)) return null
  return (
    <g className="tick" transform="translate(19 -19)">
      <circle r="8" />
      <path d="M-3.5 0 -1 2.8 3.8 -3" />
    </g>
  )
}
