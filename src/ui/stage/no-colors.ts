// Stands in for d3-color, which comes with zooming by way of d3-interpolate. Nothing here goes from one colour to another,
// and the library would cost the first load four kilobytes. See `resolve.alias` in vite.config.ts.

/** No text is a colour. It is asked for by `instanceof` too, so it has to be a function with a prototype. */
export function color(): null {
  return null
}
const none = (): undefined => undefined

export { none as cubehelix, none as hcl, none as hsl, none as lab, none as rgb }
