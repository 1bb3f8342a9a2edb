// The one call that is judged without the schemas, since the first picture waits for it: `open` of a scenario from its
// start. It accepts nothing that `call-schemas.ts` would refuse; every other call, right or wrong, is judged there.

const MAX_NAME = 64
const MAX_SEED = 4_294_967_295

export function isPlainOpen(name: string, args: readonly unknown[]): boolean {
  const [options] = args
  if (name !== 'open' || args.length !== 1 || typeof options !== 'object' || options === null) return false
  const { scenario, seed, ...others }: { readonly scenario?: unknown; readonly seed?: unknown } = options
  const isSeed = Number.isInteger(seed) && Number(seed) >= 0 && Number(seed) <= MAX_SEED
  return (
    Object.keys(others).length === 0 &&
    typeof scenario === 'string' &&
    scenario.length <= MAX_NAME &&
    (seed === undefined || isSeed)
  )
}
