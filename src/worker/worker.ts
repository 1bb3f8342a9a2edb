// The host in the page: owns the wall clock, runs the simulation off the main thread, answers calls and posts frames.
import { errorOf, SessionHost } from '../session/host.ts'
import type { CallMessage, FromHost } from './protocol.ts'

/** Milliseconds between ticks while playing: a frame of the screen. */
const TICK_MILLIS = 16
/** A tab in the background gets few timers; what it missed is not made up for. */
const MAX_TICK_MILLIS = 100

const host = new SessionHost()
const post = (message: FromHost): void => postMessage(message)

let timer: ReturnType<typeof setTimeout> | undefined
let lastTick = 0

function postFrame(): void {
  const frame = host.frame()
  if (frame !== undefined) post({ type: 'frame', frame })
}

function keepTicking(): void {
  if (timer !== undefined || !host.playing) return
  lastTick = performance.now()
  timer = setTimeout(tick, TICK_MILLIS)
}

function tick(): void {
  timer = undefined
  const now = performance.now()
  const moved = host.tick(Math.min(now - lastTick, MAX_TICK_MILLIS))
  lastTick = now
  if (moved) postFrame()
  if (host.playing) timer = setTimeout(tick, Math.max(0, TICK_MILLIS - (performance.now() - now)))
}

addEventListener('message', (event: MessageEvent<CallMessage>) => {
  const { id, name, arguments: args } = event.data
  try {
    const answer = host.call(name, args)
    postFrame()
    post({ type: 'answer', id, answer })
  } catch (error) {
    postFrame()
    post({ type: 'error', id, error: errorOf(error) })
  }
  keepTicking()
})
