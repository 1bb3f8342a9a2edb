// The table itself: only the rows in the window are in the page. One row at a time can take the focus; arrow keys move
// it and select, Enter goes to the moment.

import type { KeyboardEvent } from 'react'
import { useEffect, useRef, useState } from 'react'
import type { Row } from '../../../worker/protocol.ts'
import { useCovered } from '../../design/covered-row.ts'
import { useMoment } from '../../design/moment.ts'
import { useWayOf } from '../../design/way-of.ts'
import { useTexts, useTranslated } from '../../i18n/use-texts.ts'
import { goToEvent } from '../../store/go-to.ts'
import { hover, select, useEmphasis, useSelection } from '../../store/selection.ts'
import { useView } from '../../store/view.ts'
import type { RowSource, RowsKnown } from './row-source.ts'
import { useScrolledWindow } from './use-window.ts'
import { ROW_HEIGHT } from './windowing.ts'

interface EventTableProps {
  readonly source: RowSource
  readonly known: RowsKnown
}

export function EventTable({ source, known }: EventTableProps) {
  const texts = useTexts().events
  const window = useScrolledWindow(source, known, ROW_HEIGHT)
  const { scroller, range, from, isFollowing, follow, show, onScroll } = window
  const [active, setActive] = useState<number | null>(null)
  const takesFocus = useRef(false)
  const { total, cursor, rowAt, timeOf } = known
  const covered = useCovered()
  const selectedObject = useSelectedObject()
  // The row that Tab reaches has to be in the page: the active one, else the one at the clock, else the first.
  const reachable = [active ?? -1, cursor].find((index) => index >= range.first && index < range.end)
  const tabStop = reachable ?? range.first

  useEffect(() => {
    if (!takesFocus.current || active === null) return
    const button = scroller.current?.querySelector<HTMLButtonElement>(`[data-index="${active}"] button`)
    if (button === null || button === undefined) return
    takesFocus.current = false
    button.focus({ preventScroll: true })
  })

  const move = (index: number): void => {
    const next = Math.min(total - 1, Math.max(from, index))
    takesFocus.current = true
    setActive(next)
    show(next)
    const row = rowAt(next)
    if (row !== undefined) select({ kind: 'event', seq: row.seq })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, range.end - range.first - 18)
    const target = {
      ArrowUp: tabStop - 1,
      ArrowDown: tabStop + 1,
      PageUp: tabStop - page,
      PageDown: tabStop + page,
      Home: from,
      End: total - 1,
    }[event.key]
    // These keys mean the table here, and the clock elsewhere; so does Space on a focused row.
    if (target !== undefined || event.key === ' ' || event.key === 'Enter') event.stopPropagation()
    if (target === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    move(target)
  }

  const indexes = Array.from({ length: range.end - range.first }, (_, offset) => range.first + offset)
  return (
    <>
      <div className="events-scroll" ref={scroller} onScroll={onScroll}>
        {/* The padding stands for the rows that are not in the page. */}
        <div
          style={{
            paddingTop: (range.first - from) * ROW_HEIGHT,
            // A row more than there are, so that the last ones can be scrolled to as whole rows too.
            paddingBottom: (total - range.end + 1) * ROW_HEIGHT,
          }}
        >
          <table className="events-table mono" aria-rowcount={total + 1} onKeyDown={onKeyDown}>
            <caption className="visually-hidden">{texts.table}</caption>
            <thead>
              <tr aria-rowindex={1}>
                {(['time', 'way', 'label', 'detail', 'cause'] as const).map((column) => (
                  <th scope="col" key={column} className={`events-${column}`}>
                    {texts[column]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {indexes.map((index) => (
                <EventRow
                  key={index}
                  index={index}
                  row={rowShown(rowAt(index), covered)}
                  timeOf={timeOf}
                  selectedObject={selectedObject}
                  place={index === cursor ? 'now' : index > cursor ? 'future' : 'past'}
                  isTabStop={index === tabStop}
                  onChoose={setActive}
                />
              ))}
            </tbody>
          </table>
        </div>
      </div>
      {!isFollowing && (
        <button type="button" className="events-follow" onClick={follow}>
          {texts.follow} <span aria-hidden="true">↓</span>
        </button>
      )}
    </>
  )
}

const rowShown = (row: Row | undefined, covered: (row: Row) => Row): Row | undefined =>
  row === undefined ? undefined : covered(row)

interface EventRowProps {
  readonly index: number
  readonly row: Row | undefined
  readonly place: 'past' | 'now' | 'future'
  readonly isTabStop: boolean
  readonly timeOf: RowsKnown['timeOf']
  readonly selectedObject: string | null
  readonly onChoose: (index: number) => void
}

function EventRow({ index, row, place, isTabStop, timeOf, selectedObject, onChoose }: EventRowProps) {
  const texts = useTexts().events
  const emphasis = useEmphasis(row === undefined ? 'none' : `event ${row.seq}`)
  const moment = useMoment()
  const wayOf = useWayOf()
  if (row === undefined)
    return (
      <tr className="events-row" data-index={index} aria-rowindex={index + 2} aria-busy="true">
        <td colSpan={5}>…</td>
      </tr>
    )
  const choose = (): void => {
    onChoose(index)
    goToEvent(row.seq)
  }
  return (
    <tr
      className="events-row"
      data-index={index}
      data-place={place}
      data-level={row.level}
      data-emphasis={emphasis}
      data-ok={row.ok}
      data-related={(row.object !== null && row.object === selectedObject) || undefined}
      aria-rowindex={index + 2}
      aria-current={place === 'now' ? 'true' : undefined}
      onPointerEnter={() => hover({ kind: 'event', seq: row.seq })}
      onPointerLeave={() => hover(null)}
    >
      <td className="events-time">{moment(row.at)}</td>
      <td className="events-way">{wayOf(row)}</td>
      <td className="events-label">
        <button type="button" className="events-choose" tabIndex={isTabStop ? 0 : -1} onClick={choose}>
          {!row.ok && (
            <>
              <span aria-hidden="true">✕ </span>
              <span className="visually-hidden">{texts.failed} </span>
            </>
          )}
          {row.label}
        </button>
        {row.milestone !== null && <MilestoneChip id={row.milestone} />}
      </td>
      <td className="events-detail">{row.detail}</td>
      <td className="events-cause">
        <CauseButton cause={row.cause} at={timeOf(row.cause)} />
      </td>
    </tr>
  )
}

/** Steps of the flagship have numbers; those of other scenarios have short names. */
function MilestoneChip({ id }: { readonly id: string }) {
  const texts = useTexts().events
  const translated = useTranslated()
  const chapters = useView(({ scenario }) => scenario?.chapters)
  const step = chapters?.flatMap(({ milestones }) => milestones).find((each) => each.id === id)
  const isNumber = step === undefined || /^[\d.]+$/.test(id)
  return <span className="events-step">{isNumber ? texts.milestone(id) : translated(step.short)}</span>
}

/** The object that is selected, as rows name it: a Pod may be selected by its uid. */
function useSelectedObject(): string | null {
  const selected = useSelection((selection) => selection.selected)
  const pod = useView(({ stage }) => (selected?.kind === 'pod' ? stage.pods[selected.uid] : undefined))
  if (selected?.kind === 'object') return selected.key
  return pod === undefined ? null : `pods/${pod.namespace}/${pod.name}`
}

/** @param at when the cause was; its number stands in while it is not among the rows that were read */
function CauseButton({ cause, at }: { readonly cause: number; readonly at: number | undefined }) {
  const texts = useTexts().events
  const moment = useMoment()
  const name = at === undefined ? `#${cause}` : moment(at)
  return cause <= 0 ? null : (
    <button
      type="button"
      className="events-to-cause"
      tabIndex={-1}
      title={texts.goToCause(name)}
      aria-label={texts.goToCause(name)}
      onClick={() => goToEvent(cause)}
      onPointerEnter={() => hover({ kind: 'event', seq: cause })}
    >
      {texts.causedBy(name)}
    </button>
  )
}
