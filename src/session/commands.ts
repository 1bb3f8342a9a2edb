// What the user and a scenario do to a cluster, as data: recorded with a session, replayed by a restore and a shared link.

import { parseDuration } from '../sim/api/duration.ts'
import { faults } from '../sim/faults/index.ts'
import type { Machines } from '../sim/faults/runtime/fault.ts'
import { checkParameters } from '../sim/faults/runtime/fault.ts'
import type { Kernel } from '../sim/kernel/kernel.ts'
import { processId } from '../sim/kernel/process.ts'
import type { FaultSpec } from '../worker/protocol.ts'

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

/** An input that was refused: what was wrong and how to mend it. Nothing has changed. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

function machinesOf(kernel: Kernel): Machines {
  return {
    hosts: kernel.hosts(),
    processes: kernel.slots().map(({ id, kind, host, up }) => ({ id, kind, host, up })),
  }
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
      return injectFault(kernel, command.spec)
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

function injectFault(kernel: Kernel, spec: FaultSpec): string {
  const { fault, target, forMicros } = checkFault(kernel, spec)
  const plan = fault.plan(target, spec, machinesOf(kernel))
  if (!plan.ok) throw new CommandError('BadTarget', plan.error)
  return kernel.inject(fault.name, target, plan.levers, plan.heal, forMicros)
}

/** Everything about a fault that can be wrong, checked before anything changes. */
export function checkFault(
  kernel: Kernel,
  spec: FaultSpec,
): {
  readonly fault: NonNullable<ReturnType<typeof faults.get>>
  readonly target: string
  readonly forMicros: number | null
} {
  const fault = faults.get(spec.fault)
  if (fault === undefined) {
    throw new CommandError(
      'UnknownFault',
      `unknown fault "${spec.fault}"; there are ${[...faults.keys()].join(', ')}`,
    )
  }
  if (typeof spec.target !== 'string' || spec.target === '') {
    throw new CommandError('BadTarget', `${spec.fault} needs a target: ${fault.targets.join(' or ')}`)
  }
  const problem = checkParameters(fault, spec)
  if (problem !== undefined) throw new CommandError('BadParameter', problem)
  const forMicros = spec.for === undefined ? null : parseDuration(spec.for)
  if (forMicros === undefined || (forMicros !== null && forMicros <= 0)) {
    throw new CommandError('BadDuration', `"${spec.for}" is not a duration such as "40s" or "2m"`)
  }
  const plan = fault.plan(spec.target, spec, machinesOf(kernel))
  if (!plan.ok) throw new CommandError('BadTarget', plan.error)
  return { fault, target: spec.target, forMicros }
}
