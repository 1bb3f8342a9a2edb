// Virtual time: integer microseconds since the simulation began. Nothing in the simulation reads another clock.

/** Integer microseconds, a point in virtual time or a length of it. */
export type Micros = number & { readonly __brand: 'Micros' }

export const micros = (value: number): Micros => Math.round(value) as Micros
export const milliseconds = (value: number): Micros => micros(value * 1_000)
export const seconds = (value: number): Micros => micros(value * 1_000_000)
export const minutes = (value: number): Micros => micros(value * 60_000_000)
