// A node: what the record says about it (Ready, taints, requests) and whether its machine has power. Its processes and
// Pods stand on top of the card as items of their own.

import type { NodeProps } from '@xyflow/react'
import { useTexts } from '../i18n/use-texts.ts'
import type { ProcessNode } from './ends.tsx'
import { useNodeWords } from './node-words.ts'
import { useIsNow } from './now.ts'
import { StageItem } from './stage-item.tsx'

export function NodeCard({ data: { id } }: NodeProps<ProcessNode>) {
  const texts = useTexts().stage
  const words = useNodeWords(id)
  const now = useIsNow(id)
  if (words === null) return null
  const { host, node, ready, notes, said } = words
  return (
    <StageItem
      subject={{ kind: 'host', name: id }}
      name={said}
      className={`card${host.up ? '' : ' is-down'}`}
      now={now}
    >
      <span className="card-head">
        <strong>{id}</strong>
        {node === undefined ? null : (
          <span className={`ready ready-${node.ready}`}>
            <ReadyMark ready={node.ready} />
            {ready}
          </span>
        )}
      </span>
      <span className="card-notes">
        {host.up ? null : <b className="powerless">✕ {texts.powerless}</b>}
        {notes.join(' · ')}
      </span>
      {node === undefined ? null : (
        <span className="card-bars">
          <Bar label={texts.cpu} {...node.cpu} />
          <Bar label={texts.memory} {...node.memory} />
        </span>
      )}
    </StageItem>
  )
}

function ReadyMark({ ready }: { readonly ready: 'True' | 'False' | 'Unknown' }) {
  return (
    <svg viewBox="0 0 12 12" width="11" height="11" aria-hidden="true">
      {ready === 'True' ? <circle cx="6" cy="6" r="5" /> : null}
      {ready === 'False' ? <path d="M2 2 10 10M10 2 2 10" className="stroke" /> : null}
      {ready === 'Unknown' ? <circle cx="6" cy="6" r="4.4" className="stroke dashed" /> : null}
    </svg>
  )
}

function Bar(props: { readonly label: string; readonly requested: number; readonly allocatable: number }) {
  const share = props.allocatable === 0 ? 0 : Math.min(1, props.requested / props.allocatable)
  return (
    <span className="bar">
      <small>{props.label}</small>
      <i>
        <i style={{ width: `${Math.round(share * 100)}%` }} />
      </i>
      <small className="bar-share">{Math.round(share * 100)}%</small>
    </span>
  )
}
