// Raft's safety properties (Ongaro and Ousterhout, figure 3), checked from outside: this sees only what members show and
// knows nothing of how they came to it. One checker watches one cluster for its whole life.
// Feed it after every step; a returned text is a violation.

/** What a member shows. A `Raft` is one. */
export interface MemberView {
  readonly id: string
  readonly role: string
  readonly term: number
  readonly log: {
    readonly offset: number
    readonly offsetTerm: number
    readonly committed: number
    readonly entries: readonly EntryView[]
  }
}

export interface EntryView {
  readonly index: number
  readonly term: number
  readonly data: unknown
}

interface SeenEntry {
  readonly term: number
  readonly previousTerm: number
  readonly data: unknown
}

interface CommittedEntry {
  readonly term: number
  readonly data: unknown
  /** The earliest term in which it was seen to be committed. */
  readonly inTerm: number
}

export class RaftChecker {
  readonly #leaders = new Map<number, string>()
  readonly #terms = new Map<string, number>()
  readonly #seen = new Map<number, SeenEntry[]>()
  readonly #scanned = new Map<string, { index: number; term: number }>()
  readonly #committed: (CommittedEntry | undefined)[] = []
  /** Up to where the commits that each running member shows were looked at. */
  readonly #commits = new Map<string, number>()

  /** To be called after every step of a member. */
  observe(member: MemberView): string[] {
    return [
      ...this.#checkTerm(member),
      ...this.#checkLogMatching(member),
      ...this.#checkCommits(member),
      ...this.#checkLeader(member),
    ]
  }

  /** To be called for every entry a member applies. */
  applied(id: string, entry: EntryView): string[] {
    const first = this.#committed[entry.index]
    if (first === undefined) return [`${id} applied entry ${entry.index}, which nobody had committed`]
    if (first.term === entry.term && first.data === entry.data) return []
    return [
      `state machine safety: ${id} applied ${name(entry)} where ${name({ ...first, index: entry.index })} was committed`,
    ]
  }

  /** A member that starts again may have forgotten what was not on its disk: terms it told nobody of, and commits. */
  restarted(id: string): void {
    this.#terms.delete(id)
    this.#commits.delete(id)
    this.#scanned.delete(id)
  }

  #checkTerm({ id, term }: MemberView): string[] {
    const before = this.#terms.get(id) ?? 0
    this.#terms.set(id, term)
    return term < before ? [`${id} went back from term ${before} to ${term}`] : []
  }

  /** Each (index, term) has one content and one predecessor in all logs; so logs that agree somewhere agree before it. */
  #checkLogMatching({ id, log }: MemberView): string[] {
    const last = log.entries[log.entries.length - 1]
    const scanned = this.#scanned.get(id)
    const known = scanned !== undefined && log.entries[scanned.index - log.offset - 1]?.term === scanned.term
    const violations: string[] = []
    for (let i = known ? scanned.index - log.offset : 0; i < log.entries.length; i++) {
      const entry = log.entries[i]
      if (entry === undefined) continue
      if (entry.index !== log.offset + 1 + i)
        violations.push(`${id} holds ${name(entry)} at place ${log.offset + 1 + i}`)
      violations.push(...this.#see(id, entry, log.entries[i - 1]?.term ?? log.offsetTerm))
    }
    if (last === undefined) this.#scanned.delete(id)
    else this.#scanned.set(id, { index: last.index, term: last.term })
    return violations
  }

  #see(id: string, entry: EntryView, previousTerm: number): string[] {
    const sameIndex = this.#seen.get(entry.index) ?? []
    if (sameIndex.length === 0) this.#seen.set(entry.index, sameIndex)
    const same = sameIndex.find((other) => other.term === entry.term)
    if (same === undefined) {
      sameIndex.push({ term: entry.term, previousTerm, data: entry.data })
      return []
    }
    if (same.previousTerm === previousTerm && same.data === entry.data) return []
    return [`log matching: ${id} holds another ${name(entry)} than a member before`]
  }

  #checkCommits({ id, term, log }: MemberView): string[] {
    const before = this.#commits.get(id) ?? 0
    this.#commits.set(id, log.committed)
    if (log.committed < before) return [`${id} took back its commit from ${before} to ${log.committed}`]
    const violations: string[] = []
    for (let index = Math.max(before, log.offset) + 1; index <= log.committed; index++) {
      const entry = log.entries[index - log.offset - 1]
      if (entry === undefined) {
        violations.push(`${id} committed entry ${index}, which it does not hold`)
        continue
      }
      const first = this.#committed[index]
      if (first === undefined) this.#committed[index] = { term: entry.term, data: entry.data, inTerm: term }
      else if (first.term !== entry.term || first.data !== entry.data)
        violations.push(`${id} committed ${name(entry)} where ${name({ ...first, index })} was committed`)
    }
    return violations
  }

  #checkLeader({ id, role, term, log }: MemberView): string[] {
    if (role !== 'leader') return []
    const other = this.#leaders.get(term)
    if (other === id) return []
    if (other !== undefined) return [`election safety: ${other} and ${id} both lead term ${term}`]
    this.#leaders.set(term, id)
    const violations: string[] = []
    this.#committed.forEach((committed, index) => {
      if (committed === undefined || committed.inTerm >= term || index <= log.offset) return
      const own = log.entries[index - log.offset - 1]
      if (own?.term !== committed.term)
        violations.push(
          `leader completeness: ${id} leads term ${term} without ${name({ ...committed, index })}`,
        )
    })
    return violations
  }
}

const name = (entry: EntryView): string => `entry ${entry.index} of term ${entry.term}`
