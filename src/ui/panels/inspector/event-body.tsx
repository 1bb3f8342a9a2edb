// An event from the inside: what came in, what each phase did with it, what went out, why it happened, what followed.

import { useEffect, useRef } from 'react'
import type { Inspection, PhaseView } from '../../../worker/protocol.ts'
import { ValueTree } from '../../design/value-tree.tsx'
import { useLateTexts } from '../../i18n/use-texts.ts'
import { goToEvent } from '../../store/go-to.ts'
import { select, useSelection } from '../../store/selection.ts'
import { DecisionMatrix } from './decision-matrix.tsx'
import { MomentButton, RowList, Section } from './parts.tsx'
import type { PhaseName } from './phases.ts'
import { phaseLines, phaseOrder } from './phases.ts'

type EventInspection = Extract<Inspection, { readonly kind: 'event' }>

export function EventBody({ inspection }: { readonly inspection: EventInspection }) {
  const texts = useLateTexts().inspector
  const { row, phases, decision, incoming, outgoing, why, whyIsCut, led, ledIsCut } = inspection
  const { object } = row
  return (
    <>
      <div className="look-actions">
        <MomentButton title={texts.goToMoment} onClick={() => goToEvent(row.seq)} />
        {object !== null && (
          <MomentButton title={texts.openObject} onClick={() => select({ kind: 'object', key: object })} />
        )}
      </div>
      {decision !== null && (
        <Section title={texts.kinds.decision}>
          <DecisionMatrix decision={decision} />
        </Section>
      )}
      <Payload
        title={row.deliveredAt === null ? texts.recorded : texts.incoming}
        value={row.deliveredAt === null ? withoutHeader(incoming) : incoming}
        empty={texts.nothingIn}
        isFolded={decision !== null}
      />
      {phases.length > 0 && (
        <Section title={texts.phases}>
          <Phases phases={phases} />
        </Section>
      )}
      {(phases.length > 0 || isThere(outgoing)) && (
        <Payload title={texts.outgoing} value={outgoing} empty={texts.noAnswer} isFolded={false} />
      )}
      <WhyList why={why} whyIsCut={whyIsCut} />
      <Section title={texts.led}>
        <RowList rows={led} empty={ledIsCut ? texts.ledCut : texts.ledNothing} label={texts.led} />
      </Section>
    </>
  )
}

/** The heading says when it was, where and by what: here is what is particular to it. */
const header = ['seq', 'at', 'process', 'cause', 'type']

const withoutHeader = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).filter(([key]) => !header.includes(key)))
    : value

const isThere = (value: unknown): boolean => value !== null && value !== undefined

function WhyList({ why, whyIsCut }: Pick<EventInspection, 'why' | 'whyIsCut'>) {
  const texts = useLateTexts().inspector
  const place = useRef<HTMLDivElement>(null)
  const whyAsked = useSelection((selection) => selection.whyAsked)
  useEffect(() => {
    if (whyAsked > 0) place.current?.scrollIntoView({ block: 'start' })
  }, [whyAsked])
  return (
    <div ref={place}>
      <Section title={texts.why} note={texts.whyHint}>
        <RowList rows={why} empty={whyIsCut ? texts.whyCut : texts.whyRoot} label={texts.why} />
        {whyIsCut && why.length > 0 && <p className="look-empty">{texts.whyCut}</p>}
      </Section>
    </div>
  )
}

interface PayloadProps {
  readonly title: string
  readonly value: unknown
  readonly empty: string
  readonly isFolded: boolean
}

/** Bookkeeping that hides the point; one click opens it. */
const FOLDED = ['managedFields', 'headers', 'previous', 'decision'].flatMap((key) => [
  `/${key}`,
  `/body/metadata/${key}`,
  `/metadata/${key}`,
])

function Payload({ title, value, empty, isFolded }: PayloadProps) {
  return (
    <Section title={title} isFolded={isFolded}>
      {isThere(value) ? (
        <ValueTree value={value} label={title} folded={FOLDED} />
      ) : (
        <p className="look-empty">{empty}</p>
      )}
    </Section>
  )
}

const isPhaseName = (phase: string): phase is PhaseName => phaseOrder.some((known) => known === phase)

function Phases({ phases }: { readonly phases: readonly PhaseView[] }) {
  const texts = useLateTexts().inspector
  const words = { passed: texts.passed, refused: texts.refused, 'not-reached': texts.notReached }
  return (
    <ol className="look-phases">
      {phaseLines(phases).map(({ phase, state, notes }) => (
        <li key={phase} data-state={state}>
          <span className="look-phase-mark" aria-hidden="true">
            {{ passed: '✓', refused: '✕', 'not-reached': '' }[state]}
          </span>
          <div>
            <span className="look-phase-name mono">{phase}</span>{' '}
            {isPhaseName(phase) && <span className="look-phase-gloss">{texts.phaseNames[phase]}</span>}
            <span className={state === 'passed' ? 'visually-hidden' : 'look-phase-state'}>
              {words[state]}
            </span>
            {notes.map((note) => (
              <p key={note} className="look-phase-note">
                {note}
              </p>
            ))}
          </div>
        </li>
      ))}
    </ol>
  )
}
