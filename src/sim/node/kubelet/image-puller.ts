// Pulls in the order they were asked for, one at a time on a node. Models the serial image puller of pkg/kubelet/images.
import type { Context } from '../../kernel/process.ts'
import type { TaskRunner, Token } from '../../kernel/task.ts'
import type { CriResult } from '../runtime/cri.ts'
import { callRuntime } from './cri-client.ts'
import type { PullOutcome } from './effects.ts'
import type { KubeletState, QueuedPull } from './state.ts'

type Runner = TaskRunner<KubeletState>

/** No task has this number, so what is resolved with it goes nowhere. */
const NOBODY: Token = Object.freeze({ task: 0, part: 0 })

const CANCELED: CriResult<'PullImage'> = Object.freeze({
  ok: false,
  error: Object.freeze({ code: 'Canceled', message: 'context canceled' }),
})

export function queuePull(state: KubeletState, pull: QueuedPull, context: Context): void {
  state.pulls.push(pull)
  startPull(state, context)
}

function startPull(state: KubeletState, context: Context): void {
  if (state.pulling !== null) return
  const next = state.pulls.shift()
  if (next === undefined) return
  state.pulling = next
  state.pullStartedAt = context.now
  const { cause } = context
  context.cause = next.cause
  const call = { method: 'PullImage', image: next.image, sandboxConfig: next.sandboxConfig } as const
  callRuntime(state, call, NOBODY, context)
  context.cause = cause
}

/** The runtime has answered the pull. */
export function pullAnswered(
  state: KubeletState,
  result: CriResult<'PullImage'>,
  context: Context,
  runner: Runner,
): void {
  const { pulling } = state
  state.pulling = null
  if (pulling !== null) {
    const pullMicros = context.now - state.pullStartedAt
    const outcome: PullOutcome = { result, pullMicros, totalMicros: context.now - pulling.queuedAt }
    if (result.ok) state.imagesChanged = true
    runner.resolve(state, pulling.token, Object.freeze(outcome), context)
  }
  startPull(state, context)
}

/** The Pod does not want its images any more. A pull that runs goes on, for nobody. */
export function cancelPulls(state: KubeletState, uid: string, context: Context, runner: Runner): void {
  const canceled: PullOutcome = Object.freeze({ result: CANCELED, pullMicros: 0, totalMicros: 0 })
  const dropped = state.pulls.filter((pull) => pull.uid === uid)
  const kept = state.pulls.filter((pull) => pull.uid !== uid)
  state.pulls.splice(0, state.pulls.length, ...kept)
  const { pulling } = state
  if (pulling?.uid === uid) {
    state.pulling = { ...pulling, token: NOBODY }
    runner.resolve(state, pulling.token, canceled, context)
  }
  for (const { token } of dropped) runner.resolve(state, token, canceled, context)
}
