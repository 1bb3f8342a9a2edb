// Binds by posting a Binding to the apiserver. Models plugins/defaultbinder; the request itself is the scheduler's.
import type { Plugin } from '../framework/plugin.ts'

export const defaultBinder: Plugin = {
  name: 'DefaultBinder',
  bind: ({ pod }, node) => ({ pod, node }),
}
