// Anything of the stage that can be pointed at, chosen and acted on: a button that shares the page's one cursor.

import type { CSSProperties, KeyboardEvent, MouseEvent, PointerEvent, ReactNode } from 'react'
import { useRef } from 'react'
import type { Subject } from '../../worker/protocol.ts'
import { hover, select, subjectKey, useEmphasis } from '../store/selection.ts'
import { openMenu } from './stage-menu.ts'

const longPressMillis = 550

export interface StageItemProps {
  readonly subject: Subject
  /** What a screen reader says: the name and the state. */
  readonly name: string
  readonly className: string
  readonly now?: boolean
  readonly style?: CSSProperties
  readonly title?: string
  readonly children: ReactNode
}

export function StageItem({ subject, name, className, now = false, style, title, children }: StageItemProps) {
  const emphasis = useEmphasis(subjectKey(subject))
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
      data-stage-item={subjectKey(subject)}
      data-emphasis={emphasis}
      data-now={now}
      aria-label={name}
      aria-pressed={emphasis === 'selected'}
      aria-haspopup="menu"
      className={`stage-item ${className}`}
      style={style}
      title={title}
      onClick={() => select(subject)}
      onMouseEnter={() => hover(subject)}
      onMouseLeave={() => hover(null)}
      onFocus={() => hover(subject)}
      onBlur={() => hover(null)}
      onContextMenu={onContextMenu}
      onPointerDown={onPointerDown}
      onPointerUp={endPress}
      onPointerLeave={endPress}
      onPointerCancel={endPress}
      onKeyDown={onKeyDown}
    >
      {children}
    </button>
  )
}
