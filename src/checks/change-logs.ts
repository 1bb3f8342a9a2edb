// The newest changes under the prefixes that somebody watches, to compare with what the watchers are sent.

export interface LoggedChange {
  readonly revision: number
  readonly key: string
}

interface Log {
  /** Changes after this revision are all here. */
  since: number
  changes: LoggedChange[]
}

/** Twice as many are kept at most. */
const CHANGES_KEPT = 4096

export class ChangeLogs {
  private readonly logs = new Map<string, Log>()

  /** From now on, changes under this prefix are kept. */
  follow(prefix: string, revision: number): void {
    if (!this.logs.has(prefix)) this.logs.set(prefix, { since: revision, changes: [] })
  }

  add(key: string, revision: number): void {
    for (let slash = key.indexOf('/', 1); slash >= 0; slash = key.indexOf('/', slash + 1)) {
      const log = this.logs.get(key.slice(0, slash + 1))
      if (log !== undefined) push(log, { revision, key })
    }
  }

  /** The first change after a revision; undefined: none, or it is not known. */
  next(prefix: string, after: number): LoggedChange | undefined {
    const log = this.logs.get(prefix)
    return log === undefined || log.since > after ? undefined : log.changes[firstAfter(log.changes, after)]
  }

  /** The changes after one revision and up to another; undefined where that is not known any more. */
  between(prefix: string, after: number, upTo: number): readonly LoggedChange[] | undefined {
    const log = this.logs.get(prefix)
    if (log === undefined || log.since > after) return undefined
    return log.changes.slice(firstAfter(log.changes, after), firstAfter(log.changes, upTo))
  }
}

function push(log: Log, change: LoggedChange): void {
  log.changes.push(change)
  if (log.changes.length <= 2 * CHANGES_KEPT) return
  const dropped = log.changes[log.changes.length - CHANGES_KEPT - 1]
  log.since = dropped?.revision ?? log.since
  log.changes = log.changes.slice(-CHANGES_KEPT)
}

/** Where the first change after a revision is. Watchers are nearly always at the end, so the search begins there. */
function firstAfter(changes: readonly LoggedChange[], revision: number): number {
  let low = 0
  let high = changes.length
  for (let step = 1; step < changes.length; step *= 2) {
    const at = changes.length - step
    if ((changes[at]?.revision ?? 0) > revision) high = at
    else {
      low = at + 1
      break
    }
  }
  while (low < high) {
    const middle = (low + high) >> 1
    if ((changes[middle]?.revision ?? 0) > revision) high = middle
    else low = middle + 1
  }
  return low
}
