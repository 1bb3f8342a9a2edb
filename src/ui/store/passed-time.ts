// Waits that the page passes over: 40 s in which only heartbeats are sent take a moment to play, and no time at all to
// step over. How long it was stays to be read for a while, for it is often the point of the lesson.

import { create } from 'zustand'
import type { ClockView } from '../../worker/protocol.ts'
import { useView } from './view.ts'

const readableMillis = 2600
const worthTelling = 1_000_000
/** A step that takes longer to answer than this is not the cause of the jump any more. */
const stepMillis = 3000

export interface PassedTime {
  /** Microseconds of virtual time; null when there is nothing to tell. */
  readonly wait: number | null
}

export const usePassedTime = create<PassedTime>(() => ({ wait: null }))

let steppedAt = Number.NEGATIVE_INFINITY

/** A step forward was asked for: if time jumps now, that is a wait that was passed over. */
export function expectStep(): void {
  steppedAt = performance.now()
}

/** The wait to tell of when one clock follows another; null: none. */
export function waitBetween(before: ClockView, after: ClockView, isStep: boolean): number | null {
  const { skipping } = after
  const isJump = isStep && !after.playing
  const wait = skipping !== null ? skipping.to - skipping.from : isJump ? after.now - before.now : 0
  return wait >= worthTelling ? wait : null
}

export function watchPassedTime(): () => void {
  let timer: number | undefined
  const forget = (): void => usePassedTime.setState({ wait: null })
  const unsubscribe = useView.subscribe(({ clock }, { clock: before }) => {
    if (clock === before) return
    if (clock.now < before.now) {
      window.clearTimeout(timer)
      if (usePassedTime.getState().wait !== null) forget()
      return
    }
    const wait = waitBetween(before, clock, performance.now() - steppedAt < stepMillis)
    if (wait === null) return
    if (usePassedTime.getState().wait !== wait) usePassedTime.setState({ wait })
    window.clearTimeout(timer)
    timer = window.setTimeout(forget, readableMillis)
  })
  return () => {
    window.clearTimeout(timer)
    unsubscribe()
  }
}
