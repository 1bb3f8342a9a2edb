// How the steps of a request refuse it.
import type { Status } from '../api/status.ts'

/** Carries a Status out of the steps of a request; `serve` turns it into the response. */
export class Rejection extends Error {
  override readonly name = 'Rejection'
  readonly status: Status

  constructor(status: Status) {
    super(status.message ?? '')
    this.status = status
  }
}

export function reject(status: Status): never {
  throw new Rejection(status)
}
