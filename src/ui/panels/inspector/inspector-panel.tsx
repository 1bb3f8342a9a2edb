// The inspector: a heading that says what is selected, and the body for its kind.

import { useEffect, useRef } from 'react'
import type { Inspection, PodView, Row, StageView, Subject } from '../../../worker/protocol.ts'
import { useCovered } from '../../design/covered-row.ts'
import { useMoment } from '../../design/moment.ts'
import { useWayOf } from '../../design/way-of.ts'
import { useLateTexts } from '../../i18n/use-texts.ts'
import { select, subjectKey, useSelection } from '../../store/selection.ts'
import { useView } from '../../store/view.ts'
import { HostBody, LinkBody, MemberBody, ProcessBody } from './component-bodies.tsx'
import { EventBody } from './event-body.tsx'
import { ObjectBody } from './object-body.tsx'
import { PodBody } from './pod-body.tsx'
import { useInspection } from './use-inspection.ts'
import './inspector.css'

export function InspectorPanel() {
  const selected = useSelection((selection) => selection.selected)
  // A new element for each subject: it is read from its top, and nothing of the one before stands in it.
  return selected === null ? null : <Selected key={subjectKey(selected)} subject={selected} />
}

/** The Pod that the subject is, whichever way it was selected. */
function podOf(stage: StageView, subject: Subject): PodView | undefined {
  if (subject.kind === 'pod') return stage.pods[subject.uid]
  if (subject.kind !== 'object' || !subject.key.startsWith('pods/')) return undefined
  return Object.values(stage.pods).find(({ namespace, name }) => `pods/${namespace}/${name}` === subject.key)
}

function Selected({ subject }: { readonly subject: Subject }) {
  const texts = useLateTexts().inspector
  const { key, inspection, error } = useInspection(subject)
  const pod = useView(({ stage }) => podOf(stage, subject))
  const isCurrent = key === subjectKey(subject)
  const shown = isCurrent ? inspection : null
  useWhy(shown)
  return (
    <div className="look" aria-busy={!isCurrent}>
      <Heading subject={subject} inspection={shown} pod={pod} />
      {error !== null && isCurrent && (
        <p className="look-refusal" role="alert">
          {texts.failed(error)}
        </p>
      )}
      {!isCurrent && <p className="look-empty">{texts.loading}</p>}
      {pod !== undefined && <PodBody pod={pod} />}
      {shown !== null && <Body inspection={shown} isPod={pod !== undefined} />}
    </div>
  )
}

/** "Why?" of an object is why it was last written. */
function useWhy(inspection: Inspection | null): void {
  const whyAsked = useSelection((selection) => selection.whyAsked)
  const answered = useRef(whyAsked)
  useEffect(() => {
    if (inspection === null || answered.current === whyAsked) return
    answered.current = whyAsked
    const seq = inspection.kind === 'object' ? inspection.versions.at(-1)?.seq : undefined
    if (seq !== undefined) select({ kind: 'event', seq })
  }, [whyAsked, inspection])
}

interface HeadingProps {
  readonly subject: Subject
  readonly inspection: Inspection | null
  readonly pod: PodView | undefined
}

function Heading({ subject, inspection, pod }: HeadingProps) {
  const texts = useLateTexts().inspector
  const moment = useMoment()
  const covered = useCovered()
  const row = inspection?.kind === 'event' ? covered(inspection.row) : null
  const way = useWayOf()
  const [title, sub] = headingOf(subject, inspection, row === null ? null : { ...row, way: way(row) }, pod)
  return (
    <header className="look-heading">
      <p className="look-kind">{pod !== undefined ? texts.kinds.pod : texts.kinds[subject.kind]}</p>
      <h2>{title}</h2>
      {sub !== '' && <p className="look-sub mono">{sub}</p>}
      {row !== null && (
        <p className="look-sub">
          {texts.moment(moment(row.at))}
          {row.deliveredAt !== null && ` · ${texts.arrives(moment(row.deliveredAt))}`}
          {!row.ok && (
            <span className="look-refusal">
              {' '}
              · <span aria-hidden="true">✕</span> {texts.lost}
            </span>
          )}
        </p>
      )}
    </header>
  )
}

function headingOf(
  subject: Subject,
  inspection: Inspection | null,
  row: (Row & { readonly way: string }) | null,
  pod: PodView | undefined,
): readonly [title: string, sub: string] {
  if (pod !== undefined) return [pod.name, `pods/${pod.namespace}/${pod.name}`]
  switch (subject.kind) {
    case 'event':
      if (row === null) return [`#${subject.seq}`, '']
      return [row.label, [row.way, row.detail].filter(Boolean).join(' · ')]
    case 'object':
      return [subject.key.split('/').at(-1) ?? subject.key, subject.key]
    case 'pod':
      return [inspection?.kind === 'object' ? inspection.key : subject.uid, '']
    case 'member':
    case 'process':
      return [subject.id, '']
    case 'host':
      return [subject.name, '']
    case 'link':
      return [`${subject.from} – ${subject.to}`, '']
  }
}

function Body({ inspection, isPod }: { readonly inspection: Inspection; readonly isPod: boolean }) {
  const texts = useLateTexts().inspector
  switch (inspection.kind) {
    case 'event':
      return <EventBody inspection={inspection} />
    case 'object':
      return <ObjectBody inspection={inspection} />
    case 'member':
      return <MemberBody inspection={inspection} />
    case 'process':
      return <ProcessBody inspection={inspection} />
    case 'host':
      return <HostBody inspection={inspection} />
    case 'link':
      return <LinkBody inspection={inspection} />
    case 'absent':
      return isPod ? null : (
        <div className="look-empty">
          <p>{texts.absent}</p>
          <p>{texts.absentHint}</p>
        </div>
      )
    case 'dropped':
      return (
        <div className="look-empty">
          <p>{texts.dropped}</p>
          <p>{texts.droppedHint}</p>
        </div>
      )
  }
}
