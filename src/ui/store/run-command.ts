// Running a command line and watching what it does: its answer takes the clock to where it ended, so what it changed
// is then played from where it was given.

import type { OutputView } from '../../worker/protocol.ts'
import { call, request } from './host.ts'
import { useView } from './view.ts'

/** Commands that change the cluster are worth watching; the others are about their answer. */
const changes =
  /^(kubectl\s+)?(annotate|apply|cordon|create|delete|drain|label|patch|replace|rollout\s+(undo|restart)|run|scale|set|taint|uncordon)\b/

export const isWorthWatching = (line: string): boolean => changes.test(line.trim()) && !/--dry-run/.test(line)

/** Rejects with the host's refusal; what kubectl itself refuses is an answer with an exit code. */
export async function runCommand(line: string, files: Readonly<Record<string, string>>): Promise<OutputView> {
  const { now, playing } = useView.getState().clock
  const output = await call('kubectl', { line, files })
  if (!playing && output.exitCode === 0 && isWorthWatching(line)) {
    await call('seek', { at: now })
    request('play', {})
  }
  return output
}
