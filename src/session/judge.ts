// The checks of one branch, judged as far as anybody looks: each light is true at the moment that is looked at, so that
// what is violated later does not show, and going back takes it away again.
import type { Violation } from '../checks/index.ts'
import { CheckSuite, checks } from '../checks/index.ts'
import type { BrokenCheck, CheckEntry, ChecksView } from '../worker/protocol.ts'
import type { EventSource } from './fold-timeline.ts'

export const checkEntries: readonly CheckEntry[] = checks.map(
  ({ name, title, explains, settles = false }) => ({
    ...{ name, title, explains, settles },
  }),
)

const ALL_HOLD: ChecksView = Object.freeze({ total: checks.length, broken: Object.freeze([]) })

export class Judge {
  private readonly suite = new CheckSuite()
  private readonly events: EventSource
  private judged = 0

  constructor(events: EventSource) {
    this.events = events
  }

  /** The checks after the first `length` events. */
  at(length: number): ChecksView {
    for (; this.judged < length; this.judged++) {
      const event = this.events.event(this.judged)
      if (event === undefined) break
      this.suite.see(event)
    }
    const { violations } = this.suite
    if (violations.length === 0) return ALL_HOLD
    const last = this.events.event(length - 1)?.seq ?? 0
    return { total: checks.length, broken: brokenBy(violations.filter(({ seq }) => seq <= last)) }
  }
}

function brokenBy(violations: readonly Violation[]): readonly BrokenCheck[] {
  const broken = new Map<string, BrokenCheck>()
  for (const { check, message, at, seq } of violations) {
    const first = broken.get(check) ?? { name: check, times: 0, message, at, seq }
    broken.set(check, { ...first, times: first.times + 1 })
  }
  return [...broken.values()]
}
