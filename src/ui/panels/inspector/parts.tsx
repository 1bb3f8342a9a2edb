// What the inspector's bodies are made of: sections that fold, facts in two columns, rows that lead to their moment.

import type { ReactNode } from 'react'
import type { Row } from '../../../worker/protocol.ts'
import { useCovered } from '../../design/covered-row.ts'
import { useMoment } from '../../design/moment.ts'
import { useWayOf } from '../../design/way-of.ts'
import { goToEvent } from '../../store/go-to.ts'
import { hover, useEmphasis } from '../../store/selection.ts'

interface SectionProps {
  readonly title: string
  readonly note?: string
  readonly isFolded?: boolean
  readonly children: ReactNode
}

export function Section({ title, note, isFolded = false, children }: SectionProps) {
  return (
    <details className="look-section" open={!isFolded}>
      <summary>
        <h3>{title}</h3>
        {note !== undefined && <span className="look-note">{note}</span>}
      </summary>
      <div className="look-section-body">{children}</div>
    </details>
  )
}

export type Fact = readonly [name: string, value: ReactNode]

export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="look-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

interface RowListProps {
  readonly rows: readonly Row[]
  readonly empty: string
  readonly label: string
}

export function RowList({ rows, empty, label }: RowListProps) {
  if (rows.length === 0) return <p className="look-empty">{empty}</p>
  return (
    <ol className="look-rows" aria-label={label}>
      {rows.map((row) => (
        <li key={row.seq}>
          <RowButton row={row} />
        </li>
      ))}
    </ol>
  )
}

function RowButton(props: { readonly row: Row }) {
  const row = useCovered()(props.row)
  const emphasis = useEmphasis(`event ${row.seq}`)
  const moment = useMoment()
  const wayOf = useWayOf()
  return (
    <button
      type="button"
      className="look-row"
      data-emphasis={emphasis}
      data-ok={row.ok}
      onClick={() => goToEvent(row.seq)}
      onPointerEnter={() => hover({ kind: 'event', seq: row.seq })}
      onPointerLeave={() => hover(null)}
    >
      <span className="look-row-time mono">{moment(row.at)}</span>
      <span className="look-row-label">
        {!row.ok && <span aria-hidden="true">✕ </span>}
        {row.label}
      </span>
      <span className="look-row-way">
        {wayOf(row)}
        {row.detail !== '' && ` · ${row.detail}`}
      </span>
    </button>
  )
}

interface MomentButtonProps {
  readonly title: string
  readonly onClick: () => void
}

export const MomentButton = ({ title, onClick }: MomentButtonProps) => (
  <button type="button" className="look-button" onClick={onClick}>
    {title}
  </button>
)
