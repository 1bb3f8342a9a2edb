// The same scenarios played in Node.js, by the command line: what the page has to agree with.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { RunResult } from '../src/session/headless.ts'

const run = promisify(execFile)

/** Plays a scenario headless. Its own seed, when none is given. */
export async function playHeadless(scenario: string, seed?: number): Promise<RunResult> {
  const options = seed === undefined ? [] : ['--seed', String(seed)]
  const args = ['scripts/vitrine.mjs', 'run', scenario, '--json', ...options]
  // Exit code 1 says that an expectation failed; the result says which.
  const { stdout } = await run(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: { readonly code?: unknown; readonly stdout?: string }) => {
      if (error.code === 1 && typeof error.stdout === 'string') return { stdout: error.stdout }
      throw error
    },
  )
  const result: RunResult = JSON.parse(stdout)
  return result
}
