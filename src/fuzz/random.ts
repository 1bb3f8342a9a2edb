// The random stream from which a story is made. It is no process's stream: what the cluster draws does not depend on it.
import { advanceStream, hashString, streamValue } from '../sim/kernel/random.ts'

export class Random {
  private stream: number

  constructor(seed: number, purpose: string) {
    this.stream = hashString(`${seed}/${purpose}`) | 0
  }

  /** In [0, 1). */
  fraction(): number {
    this.stream = advanceStream(this.stream)
    return streamValue(this.stream)
  }

  /** A whole number from `from` to `to`, both included. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.fraction() * (to - from + 1))
  }

  /** A whole number from `from` to `to` of which each order of magnitude is as likely as another; 0 is one of its own. */
  magnitude(from: number, to: number): number {
    if (from === 0 && this.chance(0.15)) return 0
    const low = Math.max(1, from)
    const doublings = Math.floor(this.fraction() * (bits(Math.max(1, Math.floor(to / low))) + 1))
    const base = low * 2 ** doublings
    return Math.min(to, Math.max(from, this.integer(base, base * 2 - 1)))
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  pick<T>(choices: readonly [T, ...T[]]): T
  pick<T>(choices: readonly T[]): T | undefined
  pick<T>(choices: readonly T[]): T | undefined {
    return choices[Math.floor(this.fraction() * choices.length)]
  }

  /** One of the keys, as often as its weight says; undefined where all weights are 0. */
  weighted<K extends string>(weights: ReadonlyMap<K, number>): K | undefined {
    let total = 0
    for (const weight of weights.values()) total += weight
    let rest = this.fraction() * total
    for (const [key, weight] of weights) {
      rest -= weight
      if (rest < 0) return key
    }
    return undefined
  }

  /** Each of the choices with the given probability, in their order. */
  subset<T>(choices: readonly T[], probability: number): T[] {
    return choices.filter(() => this.chance(probability))
  }
}

const bits = (value: number): number => 31 - Math.clz32(value)
