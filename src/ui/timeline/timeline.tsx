// The timeline bar: playing and stepping on the left, the axis in the middle, the clock's settings on the right.

import './timeline.css'
import { lazy, Suspense, useEffect, useState } from 'react'
import type { StepSize } from '../../worker/protocol.ts'
import { useTexts } from '../i18n/use-texts.ts'
import { playPause, setClockMode, setSpeed, speeds, step } from '../keyboard/actions.ts'
import { request } from '../store/host.ts'
import { useMode } from '../store/mode.ts'
import { changeSettings, useSettings } from '../store/settings.ts'
import { useView } from '../store/view.ts'
import { Scrubber } from './scrubber.tsx'

const Branches = lazy(() => import('./branches.tsx').then((module) => ({ default: module.Branches })))

const sizes: readonly StepSize[] = ['message', 'write', 'chapter', 'until-quiet']

export function Timeline() {
  const texts = useTexts().timeline
  const hasBranches = useView((view) => view.timeline.branches.length > 1)
  return (
    <section className="timeline" aria-label={texts.controls}>
      <Playback />
      <Scrubber />
      <div className="clock-settings">
        <div>
          <StepSizePicker />
          <SpeedPicker />
          <ModePicker />
        </div>
        <div>
          {hasBranches && (
            <Suspense>
              <Branches />
            </Suspense>
          )}
          <NoiseToggle />
        </div>
      </div>
    </section>
  )
}

function Playback() {
  const texts = useTexts().timeline
  const playing = useView((view) => view.clock.playing)
  const atRest = useView((view) => view.opened && view.story.commandReady && !view.clock.playing)
  const pulsing = useFirstSeconds(atRest)
  return (
    <div className="playback">
      <button
        type="button"
        aria-label={texts.toStart}
        title={texts.toStart}
        onClick={() => request('seek', { end: 'start' })}
      >
        <Icon d="M4 3v10M13 3 6.5 8 13 13Z" />
      </button>
      <button type="button" aria-label={texts.stepBack} title={texts.stepBack} onClick={() => step(-1)}>
        <Icon d="M11.5 3 5 8 11.5 13Z" />
      </button>
      <button
        type="button"
        className={`play${pulsing ? ' is-pulsing' : ''}`}
        aria-label={playing ? texts.pause : texts.play}
        title={playing ? texts.pause : texts.play}
        onClick={playPause}
      >
        <Icon d={playing ? 'M4 3h3v10H4ZM9 3h3v10H9Z' : 'M4.5 2.5 13 8 4.5 13.5Z'} />
      </button>
      <button type="button" aria-label={texts.stepForward} title={texts.stepForward} onClick={() => step(1)}>
        <Icon d="M4.5 3 11 8 4.5 13Z" />
      </button>
      <button
        type="button"
        aria-label={texts.toHead}
        title={texts.toHead}
        onClick={() => request('seek', { end: 'head' })}
      >
        <Icon d="M12 3v10M3 3 9.5 8 3 13Z" />
      </button>
    </div>
  )
}

const pulseMillis = 5000

/** True for the first five seconds of `condition`: motion that lasts longer would have to be stoppable. */
function useFirstSeconds(condition: boolean): boolean {
  const [on, setOn] = useState(false)
  useEffect(() => {
    setOn(condition)
    if (!condition) return
    const timer = setTimeout(() => setOn(false), pulseMillis)
    return () => clearTimeout(timer)
  }, [condition])
  return on
}

const Icon = ({ d }: { readonly d: string }) => (
  <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
    <path d={d} />
  </svg>
)

function StepSizePicker() {
  const texts = useTexts().timeline
  const size = useSettings((settings) => settings.stepSize)
  return (
    <label title={texts.sizeHints[size]}>
      <span className="visually-hidden">{texts.stepSize}</span>
      <select
        value={size}
        onChange={({ currentTarget }) => {
          const chosen = sizes.find((known) => known === currentTarget.value)
          if (chosen !== undefined) changeSettings({ stepSize: chosen })
        }}
      >
        {sizes.map((each) => (
          <option key={each} value={each}>
            {texts.stepIn(texts.sizes[each])}
          </option>
        ))}
      </select>
    </label>
  )
}

function SpeedPicker() {
  const texts = useTexts().timeline
  const shown = useView((view) => view.clock.speed)
  const speed = useMode((mode) => mode.wantedSpeed) ?? shown
  const listed = speeds.includes(speed) ? speeds : [...speeds, speed].sort((a, b) => a - b)
  return (
    <label>
      <span className="visually-hidden">{texts.speed}</span>
      <select value={speed} onChange={({ currentTarget }) => setSpeed(Number(currentTarget.value))}>
        {listed.map((each) => (
          <option key={each} value={each}>
            {texts.times(String(each))}
          </option>
        ))}
      </select>
    </label>
  )
}

function ModePicker() {
  const texts = useTexts().timeline
  const shown = useView((view) => view.clock.mode)
  const mode = useMode(({ wantedClock }) => wantedClock) ?? shown
  return (
    <label title={mode === 'real' ? texts.realHint : texts.teachingHint}>
      <span className="visually-hidden">{texts.clockMode}</span>
      <select
        value={mode}
        onChange={({ currentTarget }) => setClockMode(currentTarget.value === 'real' ? 'real' : 'teaching')}
      >
        <option value="teaching">{texts.teaching}</option>
        <option value="real">{texts.real}</option>
      </select>
    </label>
  )
}

function NoiseToggle() {
  const texts = useTexts().timeline
  const shown = useSettings((settings) => settings.showNoise)
  const count = useView((view) => view.stage.counters.hidden ?? 0)
  return (
    <button
      type="button"
      className="noise"
      aria-pressed={shown}
      title={shown ? texts.hideNoise : texts.showNoise}
      onClick={() => changeSettings({ showNoise: !shown })}
    >
      {shown ? texts.shown(count) : texts.hidden(count)}
    </button>
  )
}
