// Turns what a check left behind into how many passed and failed. A report that is missing, empty or at odds with the
// exit code is a failure: a check that did not run must never look like one that passed.

/** @typedef {{ readonly passed: number, readonly failed: number }} Counts */

/**
 * @param {Counts} counted
 * @param {number | null} status of the process
 * @returns {Counts}
 */
function reconcile(counted, status) {
  const ran = counted.passed + counted.failed > 0
  return counted.failed === 0 && (status !== 0 || !ran) ? { ...counted, failed: 1 } : counted
}

/** @param {number | null} status */
export const countCheck = (status) => (status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })

/**
 * A file that fails to load has no tests, and counts as one failure.
 * @param {string | undefined} json of Vitest's JSON reporter
 * @param {number | null} status
 */
export function countVitest(json, status) {
  if (json === undefined) return reconcile({ passed: 0, failed: 0 }, status)
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(json)
  const broken = testResults.filter(
    /** @param {{ status: string, assertionResults: readonly { status: string }[] }} file */
    ({ status: state, assertionResults }) =>
      state === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  )
  return reconcile({ passed: numPassedTests, failed: numFailedTests + broken.length }, status)
}

/**
 * @param {string | undefined} json of Playwright's JSON reporter
 * @param {number | null} status
 */
export function countPlaywright(json, status) {
  if (json === undefined) return reconcile({ passed: 0, failed: 0 }, status)
  const { stats, errors } = JSON.parse(json)
  return reconcile({ passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length }, status)
}
