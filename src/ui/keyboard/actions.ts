// What each wish does. Buttons of the timeline do the same things through the same functions.

import type { ClockMode, Direction, MilestoneText, StepSize } from '../../worker/protocol.ts'
import { panels } from '../panels/index.ts'
import { killOf, openMenu, useCatalogue } from '../stage/stage-menu.ts'
import { request } from '../store/host.ts'
import { openDialog, openDrawerTab, setPresent, useMode } from '../store/mode.ts'
import { expectStep } from '../store/passed-time.ts'
import { askWhy, select, useSelection } from '../store/selection.ts'
import { setCollapsed, useSettings } from '../store/settings.ts'
import { useView } from '../store/view.ts'
import type { Wish } from './keys.ts'

export const speeds: readonly number[] = [0.25, 0.5, 1, 2, 4, 8]

export function playPause(): void {
  if (useView.getState().clock.playing) request('pause')
  else play()
}

/** Plays with what was chosen while paused. */
function play(): void {
  const { wantedSpeed, wantedClock } = useMode.getState()
  request('play', {
    ...(wantedSpeed === null ? {} : { speed: wantedSpeed }),
    ...(wantedClock === null ? {} : { mode: wantedClock }),
  })
  useMode.setState({ wantedSpeed: null, wantedClock: null })
}

export function step(direction: Direction, size?: StepSize): void {
  expectStep()
  request('step', { size: size ?? useSettings.getState().stepSize, direction })
}

/** The next speed up or down; playing or not is left as it is. */
function changeSpeed(direction: Direction): void {
  const current = useMode.getState().wantedSpeed ?? useView.getState().clock.speed
  const ordered = direction === 1 ? speeds : [...speeds].reverse()
  const next = ordered.find((speed) => (speed - current) * direction > 1e-9)
  if (next !== undefined) setSpeed(next)
}

export function setSpeed(speed: number): void {
  useMode.setState({ wantedSpeed: speed })
  if (useView.getState().clock.playing) play()
}

export function setClockMode(mode: ClockMode): void {
  useMode.setState({ wantedClock: mode })
  if (useView.getState().clock.playing) play()
}

/** A clicker's page keys: the milestone after or before the one shown, in the story's order. */
function toMilestone(direction: Direction): void {
  const { scenario, story } = useView.getState()
  const all: readonly MilestoneText[] = scenario?.chapters.flatMap(({ milestones }) => milestones) ?? []
  const index = all.findIndex(({ id }) => id === story.milestone)
  const next = all[index + direction]
  expectStep()
  if (next !== undefined) request('seek', { step: next.id })
  else step(direction, 'chapter')
}

function kill(): void {
  const { selected } = useSelection.getState()
  if (selected === null) return
  const found = killOf(selected, useView.getState().stage, useCatalogue.getState().faults)
  if (found !== null) request('fault', { fault: found.entry.name, target: found.target })
}

function cut(): void {
  const { selected } = useSelection.getState()
  if (selected?.kind !== 'link') return
  const entry = useCatalogue.getState().faults.find(({ targets }) => targets.includes('link'))
  if (entry !== undefined) request('fault', { fault: entry.name, target: `${selected.from}~${selected.to}` })
}

function why(): void {
  const { selected } = useSelection.getState()
  const newest = useView.getState().current.at(-1)
  if (selected === null && newest !== undefined) select({ kind: 'event', seq: newest.seq })
  setCollapsed('inspector', false)
  askWhy()
}

function leave(): void {
  const { blank, present } = useMode.getState()
  if (blank) useMode.setState({ blank: false })
  else if (useSelection.getState().selected !== null) select(null)
  else if (present) setPresent(false)
  openMenu(null)
}

export function fulfil(wish: Wish): void {
  switch (wish) {
    case 'play-pause':
      return playPause()
    case 'step-forward':
      return step(1)
    case 'step-back':
      return step(-1)
    case 'chapter-forward':
      return step(1, 'chapter')
    case 'chapter-back':
      return step(-1, 'chapter')
    case 'until-quiet':
      return step(1, 'until-quiet')
    case 'quiet-back':
      return step(-1, 'until-quiet')
    case 'to-start':
      return request('seek', { end: 'start' })
    case 'to-head':
      return request('seek', { end: 'head' })
    case 'slower':
      return changeSpeed(-1)
    case 'faster':
      return changeSpeed(1)
    case 'next-milestone':
      return toMilestone(1)
    case 'previous-milestone':
      return toMilestone(-1)
    case 'blank':
      return useMode.setState(({ blank, present }) => ({ blank: present && !blank }))
    case 'kill':
      return kill()
    case 'cut':
      return cut()
    case 'why':
      return why()
    case 'kubectl':
      return panels.some(({ id }) => id === 'kubectl') ? openDrawerTab('kubectl', { focus: true }) : undefined
    case 'present':
      return setPresent(!useMode.getState().present)
    case 'help':
      return openDialog('help')
    case 'escape':
      return leave()
  }
}
