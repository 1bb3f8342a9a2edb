// Scrubbing asks for many moments; the host gets one at a time, and after it only the newest that was asked meanwhile.

export interface SeekThrottle {
  to(at: number): void
}

export function throttleSeeks(seek: (at: number) => Promise<unknown>): SeekThrottle {
  let busy = false
  let wanted: number | null = null
  const next = (): void => {
    if (busy || wanted === null) return
    const at = wanted
    wanted = null
    busy = true
    const done = (): void => {
      busy = false
      next()
    }
    seek(at).then(done, done)
  }
  return {
    to(at) {
      wanted = at
      next()
    },
  }
}
