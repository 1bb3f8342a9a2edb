// The axis with its marks and the cursor. The cursor follows the frame's clock on every frame of the screen; dragging
// or the arrow keys ask the host for another moment.

import type { KeyboardEvent, PointerEvent } from 'react'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { TimelineMark } from '../../worker/protocol.ts'
import { useLanguage, useTexts, useTranslated } from '../i18n/use-texts.ts'
import { step } from '../keyboard/actions.ts'
import { call, request } from '../store/host.ts'
import { hover } from '../store/selection.ts'
import { useView, virtualNow } from '../store/view.ts'
import { atShare, shareOf } from './axis.ts'
import { formatMoment, formatWait } from './durations.ts'
import { spaceLabels, spreadShares } from './mark-labels.ts'
import { throttleSeeks } from './seek-throttle.ts'

export function Scrubber() {
  const texts = useTexts().timeline
  const track = useRef<HTMLDivElement>(null)
  const start = useView((view) => view.timeline.start)
  const axis = useView((view) => view.timeline.axis)
  const now = useView((view) => view.clock.now)
  const seeks = useMemo(() => throttleSeeks((at) => call('seek', { at })), [])
  const milestone = useMilestoneTitle()
  const width = useWidth(track)
  useLiveCursor(track)
  useLayoutEffect(() => track.current?.style.setProperty('--rail', `${width}px`), [width])
  const seekTo = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect()
    seeks.to(atShare(useView.getState().timeline.axis, (event.clientX - box.left) / box.width))
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const act = {
      ArrowRight: () => step(1),
      ArrowUp: () => step(1),
      ArrowLeft: () => step(-1),
      ArrowDown: () => step(-1),
      PageUp: () => step(1, 'chapter'),
      PageDown: () => step(-1, 'chapter'),
      Home: () => request('seek', { end: 'start' }),
      End: () => request('seek', { end: 'head' }),
    }[event.key]
    if (act === undefined || event.shiftKey || event.ctrlKey) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }
  return (
    <div className="scrubber">
      <div
        ref={track}
        className="track"
        role="slider"
        tabIndex={0}
        aria-label={texts.timeline}
        aria-valuemin={0}
        aria-valuemax={1000}
        aria-valuenow={Math.round(shareOf(axis, now) * 1000)}
        aria-valuetext={texts.position(formatMoment(now - start), milestone)}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          seekTo(event)
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) seekTo(event)
        }}
      >
        <span className="rail" />
        <span
          className="rail rail-known"
          style={{ width: `${shareOf(axis, axis.at(-1)?.[0] ?? 0) * 100}%` }}
        />
        <span className="rail rail-gone" />
        <Ticks width={width} />
        <span className="cursor" />
        <output className="cursor-time" />
      </div>
      <Marks width={width} />
      <StatusLine />
    </div>
  )
}

function useWidth(track: { readonly current: HTMLDivElement | null }): number {
  const [width, setWidth] = useState(800)
  useEffect(() => {
    if (track.current === null) return
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry?.contentRect.width ?? 800)))
    observer.observe(track.current)
    return () => observer.disconnect()
  }, [track])
  return width
}

function useMilestoneTitle(): string {
  const translated = useTranslated()
  const title = useView(({ scenario, story }) => {
    for (const chapter of scenario?.chapters ?? [])
      for (const milestone of chapter.milestones) if (milestone.id === story.milestone) return milestone.title
    return null
  })
  return title === null ? '' : translated(title)
}

/** Moves the cursor without React: only a custom property and a text change. */
function useLiveCursor(track: { readonly current: HTMLDivElement | null }): void {
  useEffect(() => {
    let request = 0
    let shown = -1
    const paint = (screenNow: number): void => {
      request = requestAnimationFrame(paint)
      const { clock, receivedAt, timeline } = useView.getState()
      const at = virtualNow(clock, receivedAt, screenNow)
      const share = shareOf(timeline.axis, at)
      const picture = share + at
      if (picture === shown || track.current === null) return
      shown = picture
      track.current.style.setProperty('--share', share.toFixed(5))
      const half = share > 0.5 ? 'second' : 'first'
      if (track.current.dataset.half !== half) track.current.dataset.half = half
      const time = track.current.querySelector('output')
      if (time !== null) time.textContent = formatMoment(at - timeline.start)
    }
    request = requestAnimationFrame(paint)
    return () => cancelAnimationFrame(request)
  }, [track])
}

/** The marks that can be gone to, in their order, and where each stands so that it can be told from its neighbours. */
function useSpreadMarks(width: number) {
  const all = useView((view) => view.timeline.marks)
  const axis = useView((view) => view.timeline.axis)
  return useMemo(() => {
    const marks = all.filter(({ kind }) => kind !== 'chapter').sort((a, b) => a.at - b.at || a.seq - b.seq)
    return {
      marks,
      shares: spreadShares(
        marks.map(({ at }) => shareOf(axis, at)),
        width,
      ),
    }
  }, [all, axis, width])
}

function Ticks({ width }: { readonly width: number }) {
  const { marks, shares } = useSpreadMarks(width)
  const chapters = useView((view) => view.timeline.marks).filter(({ kind }) => kind === 'chapter')
  const axis = useView((view) => view.timeline.axis)
  const tick = (mark: TimelineMark, share: number) => (
    <i
      key={`${mark.kind} ${mark.id} ${mark.seq}`}
      className={`tick-mark tick-${mark.kind}`}
      style={{ left: `${share * 100}%` }}
    />
  )
  return [
    ...chapters.map((mark) => tick(mark, shareOf(axis, mark.at))),
    ...marks.map((mark, index) => tick(mark, shares[index] ?? 0)),
  ]
}

/** The marks as buttons below the rail, named as far as there is room. */
function Marks({ width }: { readonly width: number }) {
  const texts = useTexts().timeline
  const { marks, shares } = useSpreadMarks(width)
  const scenario = useView((view) => view.scenario)
  const milestone = useView((view) => view.story.milestone)
  const reached = useView((view) => view.clock.now)
  const language = useLanguage()
  const named = useMemo(() => {
    const milestones = new Map(
      scenario?.chapters.flatMap((chapter) => chapter.milestones.map((each) => [each.id, each] as const)) ??
        [],
    )
    const chapters = new Map(scenario?.chapters.map((chapter) => [chapter.id, chapter] as const) ?? [])
    const nameOf = (mark: TimelineMark): readonly [short: string, long: string] => {
      const text = milestones.get(mark.id)
      if (mark.kind === 'milestone' && text !== undefined)
        return [text.short[language], `${mark.id} · ${text.title[language]}`]
      const chapter = chapters.get(mark.id)
      if (mark.kind === 'chapter' && chapter !== undefined) {
        const title = chapter.title[language]
        return [title, texts.chapter(title)]
      }
      if (mark.kind === 'fault') return [`✕ ${mark.label}`, texts.markFault(mark.label)]
      if (mark.kind === 'heal') return [`↻ ${mark.label}`, texts.markHeal(mark.label)]
      return [mark.label, texts.markCommand(mark.label)]
    }
    return spaceLabels(
      marks.map((mark, index) => {
        const [short, long] = nameOf(mark)
        const now = mark.kind === 'milestone' && mark.id === milestone
        return { mark, short: shorten(short), long, share: shares[index] ?? 0, now }
      }),
      width,
    )
  }, [marks, shares, scenario, language, texts, width, milestone])
  return (
    <ol className="marks">
      {named.map(({ mark, short, long, share, roomy, edge, now }) => (
        <li key={`${mark.kind} ${mark.id} ${mark.seq}`} data-edge={edge} style={{ left: `${share * 100}%` }}>
          <button
            type="button"
            className={`mark mark-${mark.kind}${roomy ? '' : ' is-short'}`}
            data-now={now}
            data-future={mark.at > reached}
            aria-label={long}
            title={long}
            onMouseEnter={() => hover({ kind: 'event', seq: mark.seq })}
            onMouseLeave={() => hover(null)}
            onClick={() => request('seek', mark.kind === 'milestone' ? { step: mark.id } : { at: mark.at })}
          >
            <span>{short}</span>
          </button>
        </li>
      ))}
    </ol>
  )
}

const longestLabel = 20

/** A command line can be long; the whole of it is the mark's name and title. */
const shorten = (label: string): string =>
  label.length <= longestLabel ? label : `${label.slice(0, longestLabel - 1)}…`

function StatusLine() {
  const texts = useTexts().timeline
  const skipping = useView((view) => view.clock.skipping)
  const stopped = useView(({ clock, story }) =>
    // Where the question has been answered nothing is asked any more.
    clock.playing || (clock.stopped === 'question' && story.question === null) ? null : clock.stopped,
  )
  return (
    <p className="timeline-status">
      {skipping === null ? null : (
        <span className="skipping">
          <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
            <path d="M2 3 8 8 2 13ZM8 3 14 8 8 13Z" />
          </svg>
          {texts.skipping(formatWait(skipping.to - skipping.from))}
        </span>
      )}
      {stopped === null || skipping !== null ? null : <span>{texts.stopped[stopped]}</span>}
    </p>
  )
}
