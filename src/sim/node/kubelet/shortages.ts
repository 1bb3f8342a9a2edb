// Whether a node runs short of something. What it does then is in `eviction.ts`, which comes late: only a fault makes a node
// run short.
import type { Context } from '../../kernel/process.ts'
import type { KubeletState, PressureState, Shortage } from './state.ts'

/** Memory is reclaimed first. */
export const SHORTAGES: readonly Shortage[] = ['memory', 'disk']

/** The impairments by which the kubelet finds what is left, in MiB, where it is less than the threshold. */
export const LEFT: Readonly<Record<Shortage, string>> = {
  memory: 'memory-available',
  disk: 'disk-available',
}

export const noPressure = (): Record<Shortage, PressureState> => ({
  memory: { seenAt: null, told: false },
  disk: { seenAt: null, told: false },
})

export const isPressed = (state: KubeletState, shortage: Shortage): boolean => state.pressure[shortage].told

export const pressedNow = (state: KubeletState): readonly Shortage[] =>
  SHORTAGES.filter((shortage) => isPressed(state, shortage))

/** Whether the node is short of something, or still says so. */
export const isShort = (state: KubeletState, context: Context): boolean =>
  SHORTAGES.some((shortage) => isPressed(state, shortage) || context.impairment(LEFT[shortage]) !== undefined)
