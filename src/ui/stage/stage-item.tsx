// Anything of the stage that can be pointed at, chosen and acted on: a button that shares the page's one cursor.

import type { CSSProperties, KeyboardEvent, MouseEvent, PointerEvent, ReactNode } from 'react'
import { useRef } from 'react'
import type { Subject } from '../../worker/protocol.ts'
import { useMoment } from '../design/moment.ts'
import { useTexts, useTranslated } from '../i18n/use-texts.ts'
import { hover, select, subjectKey, useEmphasis } from '../store/selection.ts'
import { useView } from '../store/view.ts'
import { faultsOn } from './fault-targets.ts'
import { useConcerned } from './related.ts'
import { openMenu, useCatalogue } from './stage-menu.ts'
import { makeTabStop, useIsTabStop } from './tab-stop.ts'

const longPressMillis = 550

export interface StageItemProps {
  readonly subject: Subject
  /** What a screen reader says: the name and the state. */
  readonly name: string
  readonly className: string
  /** For what stands for an API object: its key, by which events know it. */
  readonly object?: string
  readonly now?: boolean
  readonly style?: CSSProperties
  readonly title?: string
  readonly children: ReactNode
}

/** The id that rows know the thing by. */
const idOf = (subject: Subject): string =>
  'id' in subject ? subject.id : 'name' in subject ? subject.name : 'key' in subject ? subject.key : ''

/** What was done to this thing and not restored yet, in the page's language; and the same with when it will be. */
export function useFaultNames(subject: Subject): { readonly names: string; readonly title: string } {
  const translated = useTranslated()
  const moment = useMoment()
  const texts = useTexts().stage
  const catalogue = useCatalogue((state) => state.faults)
  // A text, so that a thing is drawn again only when what was done to it changes, and not with every frame.
  const hits = useView(({ stage }) =>
    isEmpty(stage.faults)
      ? ''
      : faultsOn(subject, stage)
          .map(({ fault, until }) => `${fault}@${until ?? ''}`)
          .join(' '),
  )
  if (hits === '') return NOT_HIT
  const titleOf = (fault: string): string => {
    const entry = catalogue.find(({ name }) => name === fault)
    return entry === undefined ? fault : translated(entry.title)
  }
  const faults = hits.split(' ').map((hit) => hit.split('@'))
  const timed = ([fault = '', until = '']: readonly string[]): string =>
    until === '' ? titleOf(fault) : texts.faultUntil(titleOf(fault), moment(Number(until)))
  return {
    names: faults.map(([fault = '']) => titleOf(fault)).join(', '),
    title: faults.map(timed).join(', '),
  }
}

const NOT_HIT = { names: '', title: '' }

function isEmpty(table: object): boolean {
  for (const _ in table) return false
  return true
}

export function StageItem({
  subject,
  name,
  className,
  object,
  now = false,
  style,
  title,
  children,
}: StageItemProps) {
  const key = subjectKey(subject)
  const isTabStop = useIsTabStop(key)
  const own = useEmphasis(key)
  const concerned = useConcerned(object ?? idOf(subject))
  const emphasis = own === 'none' ? concerned : own
  const { names: faults, title: faultTitle } = useFaultNames(subject)
  const texts = useTexts().stage
  const press = useRef(0)
  const openAt = (x: number, y: number): void => {
    select(subject)
    openMenu({ subject, name, x, y })
  }
  const onContextMenu = (event: MouseEvent<HTMLElement>): void => {
    event.preventDefault()
    const box = event.currentTarget.getBoundingClientRect()
    // The menu key reports no place of its own.
    const byKey = event.clientX === 0 && event.clientY === 0
    openAt(byKey ? box.left + box.width / 2 : event.clientX, byKey ? box.top + box.height / 2 : event.clientY)
  }
  const onPointerDown = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse') return
    const { clientX, clientY } = event
    press.current = window.setTimeout(() => openAt(clientX, clientY), longPressMillis)
  }
  const endPress = (): void => clearTimeout(press.current)
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key === 'F10' && event.shiftKey) {
      event.preventDefault()
      const box = event.currentTarget.getBoundingClientRect()
      openAt(box.left + box.width / 2, box.top + box.height / 2)
    }
  }
  return (
    <button
      type="button"
      data-stage-item={key}
      data-title={title}
      tabIndex={isTabStop ? 0 : -1}
      data-emphasis={emphasis}
      data-now={now}
      aria-label={faults === '' ? name : `${name}, ${texts.faulted(faults)}`}
      aria-pressed={emphasis === 'selected'}
      aria-haspopup="menu"
      className={`stage-item ${className}`}
      style={style}
      title={title}
      onClick={() => select(subject)}
      onMouseEnter={() => hover(subject)}
      onMouseLeave={() => hover(null)}
      onFocus={() => {
        makeTabStop(key)
        hover(subject)
      }}
      onBlur={() => hover(null)}
      onContextMenu={onContextMenu}
      onPointerDown={onPointerDown}
      onPointerUp={endPress}
      onPointerLeave={endPress}
      onPointerCancel={endPress}
      onKeyDown={onKeyDown}
    >
      {children}
      {faults === '' ? null : (
        <span className="fault-mark" title={faultTitle}>
          ✕
        </span>
      )}
    </button>
  )
}
