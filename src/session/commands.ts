// What the user and a scenario do to a cluster, as data: recorded with a session, replayed by a restore and a shared link.

import type { Kernel } from '../sim/kernel/kernel.ts'
import { processId } from '../sim/kernel/process.ts'
import type { FaultSpec } from '../worker/protocol.ts'
import { CommandError } from './command-error.ts'
import { faultPlans } from './load-fault-plans.ts'

export { CommandError }

export type SessionCommand =
  | { readonly do: 'kubectl'; readonly line: string; readonly files: Readonly<Record<string, string>> }
  | { readonly do: 'fault'; readonly spec: FaultSpec; readonly as: string | null }
  | { readonly do: 'heal'; readonly id: string }
  /** The story goes on to a chapter that has something to do. */
  | { readonly do: 'chapter'; readonly chapter: string }
  /** An operation of the chapter that only waits is over. */
  | { readonly do: 'waited' }

/** A command at its place between two deliveries. */
export interface StampedCommand {
  readonly at: number
  /** Deliveries handled before it. */
  readonly delivered: number
  readonly command: SessionCommand
  /** It was the scenario's doing: an operation of the running chapter. */
  readonly scripted: boolean
}

/** Does the command now. Returns the kernel's `seq` for a kubectl line, the fault's id for a fault. */
export function perform(kernel: Kernel, command: SessionCommand): number | string {
  switch (command.do) {
    case 'kubectl':
      return kernel.command(processId('kubectl'), {
        type: 'kubectl',
        line: command.line,
        files: command.files,
      } as { readonly type: string })
    case 'fault':
      return faultPlans().injectFault(kernel, command.spec)
    case 'heal':
      if (!kernel.heal(command.id)) throw new CommandError('NoSuchFault', noSuchFault(kernel, command.id))
      return command.id
    case 'chapter':
    case 'waited':
      return 0
  }
}

const noSuchFault = (kernel: Kernel, id: string): string => {
  const active = kernel.faults.map((fault) => fault.id)
  return `no active fault "${id}"; ${active.length > 0 ? `active: ${active.join(', ')}` : 'none is active'}`
}
