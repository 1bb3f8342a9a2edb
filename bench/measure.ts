// Times things and says the median, which a busy machine disturbs least.

export interface Timing {
  readonly median: number
  readonly p95: number
  readonly longest: number
}

/** Milliseconds of wall time of each call. */
export function time(times: number, act: (call: number) => void): Timing {
  const lengths: number[] = []
  for (let call = 0; call < times; call++) {
    const started = performance.now()
    act(call)
    lengths.push(performance.now() - started)
  }
  return summary(lengths)
}

/** Milliseconds of this process's CPU time. */
export function cpuOf(act: () => void): number {
  const before = process.cpuUsage()
  act()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

export function summary(lengths: readonly number[]): Timing {
  const sorted = [...lengths].sort((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { median: at(0.5), p95: at(0.95), longest: sorted.at(-1) ?? 0 }
}

/** The same shares in every run: the minimal standard generator. */
export function shares(count: number): readonly number[] {
  let random = 1
  return Array.from({ length: count }, () => {
    random = (random * 48271) % 2147483647
    return random / 2147483647
  })
}
