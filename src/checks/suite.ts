// All checks of one history. Events go only to the checks that want their type, so that every check can be on while
// random testing runs at full speed.
import type { Message } from '../sim/kernel/delivery.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Check, CheckRun, Complaints, Processes, Violation } from './check.ts'
import { Recorded } from './recorded.ts'

/** A check that is broken stays broken; what it says after so many times tells nothing new. */
const MOST_OF_ONE_CHECK = 20

const nothing: readonly Violation[] = Object.freeze([])

interface Running {
  readonly name: string
  readonly run: CheckRun
  found: number
}

export class Suite {
  readonly violations: Violation[] = []
  private readonly recorded = new Recorded()
  private readonly running: readonly Running[]
  private readonly changing: readonly Running[]
  private readonly byType = new Map<string, Running[]>()
  private readonly heldUp = new WeakSet<Message>()
  private isAnyHeldUp = false
  private last: TraceEvent | undefined

  constructor(checks: readonly Check[]) {
    this.running = checks.map(({ name, start }) => ({ name, run: start(this.recorded), found: 0 }))
    this.changing = this.running.filter(({ run }) => run.changed !== undefined)
    for (const running of this.running)
      for (const type of running.run.sees ?? [])
        this.byType.set(type, [...(this.byType.get(type) ?? []), running])
  }

  /** Whether events of a type tell it anything: others may be left out. */
  wants(type: string): boolean {
    return type === 'storage' || this.byType.has(type)
  }

  /** To be called with each event of the trace, in order. Returns what this one showed to be violated. */
  see(event: TraceEvent): readonly Violation[] {
    if (this.isSentAgain(event)) return nothing
    const before = this.violations.length
    this.last = event
    if (event.type === 'storage' && !isMessage(event)) {
      const change = this.recorded.take(event)
      if (change !== undefined)
        for (const running of this.changing) this.note(running, running.run.changed?.(change), event)
    }
    const interested = this.byType.get(event.type)
    if (interested !== undefined)
      for (const running of interested) this.note(running, running.run.see?.(event), event)
    return this.violations.length === before ? nothing : this.violations.slice(before)
  }

  /** To be called when every fault is healed and the cluster had time to settle. */
  settled(processes: Processes): readonly Violation[] {
    const before = this.violations.length
    const event = { at: processes.now, seq: this.last?.seq ?? 0 }
    for (const running of this.running) this.note(running, running.run.settled?.(processes), event)
    return this.violations.slice(before)
  }

  /** What a partition held up comes again as the same message once the link heals. */
  private isSentAgain(event: TraceEvent): boolean {
    if (isMessage(event)) return this.isAnyHeldUp && this.heldUp.has(event.message)
    const { last } = this
    if (event.type === 'lost' && event.reason === 'partition' && last?.seq === event.message)
      if (isMessage(last)) {
        this.heldUp.add(last.message)
        this.isAnyHeldUp = true
      }
    return false
  }

  private note(
    running: Running,
    complaints: Complaints | undefined,
    { at, seq }: { readonly at: number; readonly seq: number },
  ): void {
    if (complaints === undefined || complaints.length === 0) return
    for (const message of complaints) {
      if (running.found >= MOST_OF_ONE_CHECK) return
      running.found++
      this.violations.push({ check: running.name, at, seq, message })
    }
  }
}
