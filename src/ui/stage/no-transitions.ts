// Stands in for d3-transition, which comes with zooming: the stage moves at once, and nothing else here is drawn by D3.
// The library and what it needs would cost the first load five kilobytes. See `resolve.alias` in vite.config.ts.
import { selection } from 'd3-selection'

/** Nothing is ever under way. */
export const interrupt = (): void => undefined

selection.prototype.interrupt = function interruptNothing() {
  return this
}
