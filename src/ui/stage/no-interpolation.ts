// Stands in for d3-interpolate, which comes with zooming: what it makes is asked for by transitions alone, and there are
// none (`no-transitions.ts`). It would cost the first load more than a kilobyte. See `resolve.alias` in vite.config.ts.
const nothing = (): never => {
  throw new Error('nothing here goes from one view to another in steps')
}

export { nothing as interpolate, nothing as interpolateZoom }
