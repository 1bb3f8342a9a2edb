// IntOrString: a count, or a percentage of one, as rolling updates take it. Models apimachinery/pkg/util/intstr.

export type IntOrString = number | string

/** The whole number, or undefined where a string is no percentage. */
export function scaledValue(value: IntOrString, total: number, roundUp: boolean): number | undefined {
  if (typeof value === 'number') return value
  const percent = percentOf(value)
  if (percent === undefined) return undefined
  const scaled = percent * total
  // The sum with zero keeps a small negative share from becoming minus zero.
  return (roundUp ? Math.ceil(scaled / 100) : Math.floor(scaled / 100)) + 0
}

/** The sign is read too: that a percentage may not be negative is a matter of validation. */
export function percentOf(value: string): number | undefined {
  const digits = /^([+-]?[0-9]{1,15})%$/.exec(value)?.[1]
  return digits === undefined ? undefined : Number(digits)
}
