// The host in the page: owns the wall clock, runs the simulation off the main thread, answers calls and posts frames.
import { errorOf, isQuestion, SessionHost } from '../session/host.ts'
import { latePartsIfLoaded, loadLateParts } from '../session/load-late-parts.ts'
import type { CallMessage, FromHost } from './protocol.ts'

/** Milliseconds between ticks while playing: a frame of the screen. */
const TICK_MILLIS = 16
/** A tab in the background gets few timers; what it missed is not made up for. */
const MAX_TICK_MILLIS = 100

const post = (message: FromHost): void => postMessage(message)
const host = new SessionHost((share) => post({ type: 'opening', share }))

let timer: ReturnType<typeof setTimeout> | undefined
let lastTick = 0
let lastFrame = 0
/** The cursor has moved since the last frame. */
let isStale = false
/** The last frame was made with all parts there. */
let isWhole = false

function postFrame(): void {
  const frame = host.frame()
  if (frame !== undefined) post({ type: 'frame', frame })
  lastFrame = performance.now()
  isStale = false
  isWhole = latePartsIfLoaded() !== undefined
}

function keepTicking(): void {
  if (timer !== undefined || !host.playing) return
  lastTick = performance.now()
  timer = setTimeout(tick, TICK_MILLIS)
}

function tick(): void {
  timer = undefined
  const now = performance.now()
  if (host.tick(Math.min(now - lastTick, MAX_TICK_MILLIS))) isStale = true
  lastTick = now
  const isBehind = performance.now() - now > TICK_MILLIS
  const isDue = !isBehind || !host.playing || now - lastFrame >= host.pauseMillis
  if (isStale && isDue) postFrame()
  if (host.playing) timer = setTimeout(tick, Math.max(0, TICK_MILLIS - (performance.now() - now)))
}

/** Who asks at every frame must not get another one for that. */
function showWhatCameOf(name: string): void {
  if (!isQuestion(name)) postFrame()
}

function answer({ id, name, arguments: args }: CallMessage): void {
  try {
    const result = host.call(name, args)
    showWhatCameOf(name)
    post({ type: 'answer', id, answer: result })
  } catch (error) {
    const told = errorOf(error)
    if (told.code === 'Failure') postFrame()
    else showWhatCameOf(name)
    post({ type: 'error', id, error: told })
  }
  keepTicking()
}

// Calls are answered in the order in which they came.
let earlier: Promise<void> = Promise.resolve()

addEventListener('message', ({ data: call }: MessageEvent<unknown>) => {
  // What is no call has nobody to be answered to.
  if (!isCall(call)) return
  earlier = earlier
    .then(() => host.prepare(call.name, call.arguments))
    .then(
      () => answer(call),
      (error: unknown) => post({ type: 'error', id: call.id, error: errorOf(error) }),
    )
    .then(getReady)
})

/** The shape alone: whether there is such a call, and whether its arguments fit, is for the host to say. */
function isCall(value: unknown): value is CallMessage {
  const call = (typeof value === 'object' && value !== null ? value : {}) as Partial<CallMessage>
  return typeof call.id === 'number' && typeof call.name === 'string' && Array.isArray(call.arguments)
}

/** Once there is a picture, what the next call needs is fetched; if that fails now, the call tries again and says why. */
function getReady(): void {
  if (isWhole) return
  loadLateParts()
    .then(postFrame)
    .catch(() => {})
}
