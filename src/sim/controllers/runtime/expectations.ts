// What a controller has asked for and not yet seen come back through its informers: until then a sync must not act, or
// a slow watch would make it create the same Pods twice. Models pkg/controller/controller_utils.go
// (UIDTrackingControllerExpectations).

interface Expectation {
  adds: number
  /** By uid (or key) of what is to be deleted, so that a second event about one object does not count twice. */
  readonly deletions: Record<string, true>
  readonly since: number
}

export type Expectations = Record<string, Expectation>

/** A lost event must not stop a controller for ever. */
const TIMEOUT_MICROS = 5 * 60 * 1_000_000

export function expectCreations(expectations: Expectations, key: string, count: number, now: number): void {
  expectations[key] = { adds: count, deletions: {}, since: now }
}

export function expectDeletions(
  expectations: Expectations,
  key: string,
  uids: readonly string[],
  now: number,
): void {
  const deletions: Record<string, true> = {}
  for (const uid of uids) deletions[uid] = true
  expectations[key] = { adds: 0, deletions, since: now }
}

export function creationObserved(expectations: Expectations, key: string, count = 1): void {
  const expectation = expectations[key]
  if (expectation !== undefined) expectation.adds -= count
}

export function deletionObserved(expectations: Expectations, key: string, uid: string): void {
  const expectation = expectations[key]
  if (expectation !== undefined) delete expectation.deletions[uid]
}

export function isSatisfied(expectations: Expectations, key: string, now: number): boolean {
  const expectation = expectations[key]
  if (expectation === undefined || now - expectation.since > TIMEOUT_MICROS) return true
  if (expectation.adds > 0) return false
  for (const _uid in expectation.deletions) return false
  return true
}

export function forgetExpectations(expectations: Expectations, key: string): void {
  delete expectations[key]
}
