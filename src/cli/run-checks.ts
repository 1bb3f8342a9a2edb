// `vitrine run --check`: the history of a run judged by all checks, as random testing judges it.
import { CheckSuite } from '../checks/index.ts'
import type { HeadlessRun, RunResult } from '../session/headless.ts'
import { UsageError } from './command.ts'

/** Everything that happened; or also that the cluster has come to rest in the end. */
type Extent = 'history' | 'rest'

export function readExtent(text: string | undefined): Extent | undefined {
  if (text === undefined || text === 'history' || text === 'rest') return text
  throw new UsageError(`--check: "${text}" is neither "history" nor "rest"`)
}

/** The result with what is violated among its failures. */
export function judged({ session, result }: HeadlessRun, extent: Extent | undefined): RunResult {
  if (extent === undefined) return result
  const suite = new CheckSuite()
  const { recording, kernel } = session.branch
  for (let index = 0; index < recording.length; index++) {
    const event = recording.event(index)
    if (event !== undefined) suite.see(event)
  }
  if (extent === 'rest') suite.settled(kernel)
  const failures = suite.violations.map(({ check, at, message }) => ({
    chapter: '',
    expected: `the check ${check} holds`,
    actual: `at ${(at / 1e6).toFixed(6)} s ${message}`,
  }))
  return { ...result, ok: result.ok && failures.length === 0, failures: [...result.failures, ...failures] }
}
