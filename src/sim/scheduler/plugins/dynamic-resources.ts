// The part of plugins/dynamicresources that every Pod meets: its PostFilter, which would give up a claim to make a Pod
// fit, says that there is none. Left out: claims of devices and all that comes with them.
import type { Plugin } from '../framework/plugin.ts'
import type { Status } from '../framework/status.ts'
import { unschedulable } from '../framework/status.ts'

const NO_CLAIMS: Status = Object.freeze(unschedulable('no new claims to deallocate'))

export const dynamicResources: Plugin = {
  name: 'DynamicResources',
  postFilter: () => NO_CLAIMS,
}
