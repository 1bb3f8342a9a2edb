// What a shared link does: everything again that was done in the session that it was made of.
import { CommandError } from './command-error.ts'
import type { StampedCommand } from './commands.ts'
import type { Session } from './session.ts'

/** Throws when it cannot be done on this cluster. */
export function replay(session: Session, commands: readonly StampedCommand[], cursor: number): void {
  for (const { at, delivered, command, scripted } of commands) {
    const { branch } = session
    while (branch.kernel.delivered < delivered && branch.head <= at && branch.step());
    if (branch.kernel.delivered !== delivered || at < branch.head) {
      throw new CommandError('BadLink', 'this link does not fit the cluster that it names')
    }
    branch.stand(at)
    branch.act(command, scripted)
  }
  session.settleNow()
  session.goTo(cursor)
}
