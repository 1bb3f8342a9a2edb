// The views that panels show beside the stage. To add one: its file, and its line here; frames then carry its state under
// its name, and the page's types follow from this registry.
import { trafficView } from './traffic.ts'
import type { View } from './view.ts'

export const views = {
  traffic: trafficView,
} as const

export type ViewName = keyof typeof views
export type ViewStates = {
  readonly [Name in ViewName]: (typeof views)[Name] extends View<infer _State, infer Shown> ? Shown : never
}
