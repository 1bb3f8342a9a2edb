// The context menu of a thing on the stage: look inside it, break it, restore it.

import { useEffect, useRef } from 'react'
import { useTexts, useTranslated } from '../i18n/use-texts.ts'
import { draftFault } from '../store/fault-draft.ts'
import { request } from '../store/host.ts'
import { askWhy, select, subjectKey } from '../store/selection.ts'
import { setCollapsed } from '../store/settings.ts'
import { useView } from '../store/view.ts'
import { activeFaults } from './fault-targets.ts'
import type { StageMenu } from './stage-menu.ts'
import { faultsFor, linksAt, openMenu, useCatalogue } from './stage-menu.ts'

interface Entry {
  readonly key: string
  readonly label: string
  readonly hint?: string
  readonly act: () => void
  readonly tone?: 'break' | 'heal' | 'line'
}

export function Menu({ menu }: { readonly menu: StageMenu }) {
  const texts = useTexts().stage
  const entries = useEntries(menu)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const before = document.activeElement
    const element = box.current
    if (element === null) return
    // Kept inside the window, whatever the place it was opened at.
    const { width, height } = element.getBoundingClientRect()
    element.style.left = `${Math.max(8, Math.min(menu.x, window.innerWidth - width - 8))}px`
    element.style.top = `${Math.max(8, Math.min(menu.y, window.innerHeight - height - 8))}px`
    element.querySelector<HTMLElement>('[role="menuitem"]')?.focus()
    const closeOutside = (event: Event): void => {
      if (event.target instanceof globalThis.Node && !element.contains(event.target)) openMenu(null)
    }
    document.addEventListener('pointerdown', closeOutside, true)
    return () => {
      document.removeEventListener('pointerdown', closeOutside, true)
      if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    }
  }, [menu])
  const onKeyDown = (event: React.KeyboardEvent<HTMLDivElement>): void => {
    event.stopPropagation()
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="menuitem"]')]
    const index = items.findIndex((item) => item.matches(':focus'))
    const to = { ArrowDown: index + 1, ArrowUp: index - 1 + items.length, Home: 0, End: items.length - 1 }[
      event.key
    ]
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault()
      openMenu(null)
    } else if (to !== undefined) {
      event.preventDefault()
      items[to % items.length]?.focus()
    }
  }
  return (
    <div
      ref={box}
      className="menu"
      role="menu"
      aria-label={texts.menuFor(menu.name)}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {entries.map(({ key, label, hint, act, tone }) => (
        <button
          key={key}
          type="button"
          role="menuitem"
          className={tone === undefined ? '' : `tone-${tone}`}
          title={hint}
          onClick={() => {
            openMenu(null)
            act()
          }}
        >
          {label}
        </button>
      ))}
    </div>
  )
}

function useEntries({ subject, x, y }: StageMenu): readonly Entry[] {
  const texts = useTexts().stage
  const translated = useTranslated()
  const stage = useView((view) => view.stage)
  const catalogue = useCatalogue((state) => state.faults)
  const titleOf = (name: string): string => {
    const entry = catalogue.find((fault) => fault.name === name)
    return entry === undefined ? name : translated(entry.title)
  }
  const possible = faultsFor(subject, stage, catalogue)
  // The first one that has something to choose besides its duration.
  const draft = possible.find(({ entry }) => Object.keys(entry.parameters).length > 0) ?? possible[0]
  const lookInside = (): void => {
    select(subject)
    setCollapsed('inspector', false)
  }
  const lookAndAsk = (): void => {
    lookInside()
    askWhy()
  }
  return [
    { key: 'inspect', label: texts.inspect, act: lookInside },
    ...(subject.kind === 'event'
      ? [
          { key: 'why', label: texts.why, act: lookAndAsk },
          { key: 'go', label: texts.goToMoment, act: () => request('seek', { seq: subject.seq }) },
        ]
      : []),
    ...activeFaults(subject, stage).map(
      (fault): Entry => ({
        key: fault.id,
        label: texts.restore(`${titleOf(fault.fault)} (${fault.target})`),
        act: () => request('heal', fault.id),
        tone: 'heal',
      }),
    ),
    ...(draft === undefined
      ? []
      : [
          {
            key: 'choose',
            label: texts.chooseFault,
            act: () => draftFault(draft.entry.name, draft.target),
            tone: 'break',
          } as const,
        ]),
    ...possible.map(
      ({ entry, target }): Entry => ({
        key: entry.name,
        label: translated(entry.title),
        hint: translated(entry.explains),
        act: () => request('fault', { fault: entry.name, target }),
        tone: 'break',
      }),
    ),
    ...linksAt(subject, stage).map((link): Entry => {
      const name = texts.linkName(link.from, link.to)
      return {
        key: subjectKey(link),
        label: name,
        tone: 'line',
        act: () => {
          select(link)
          openMenu({ subject: link, name, x, y })
        },
      }
    }),
  ]
}
