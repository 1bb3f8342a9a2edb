// Faults of the catalogue, checked and injected. Loaded late: the first picture needs no fault.
import { parseDuration } from '../sim/api/duration.ts'
import { faults } from '../sim/faults/index.ts'
import type { Fault } from '../sim/faults/runtime/fault.ts'
import { checkParameters } from '../sim/faults/runtime/fault.ts'
import { machinesOf } from '../sim/faults/runtime/machines-of.ts'
import type { Kernel } from '../sim/kernel/kernel.ts'
import type { FaultEntry, FaultSpec } from '../worker/protocol.ts'
import { CommandError } from './command-error.ts'

export function injectFault(kernel: Kernel, spec: FaultSpec): string {
  const { fault, forMicros } = checkFault(spec)
  const plan = fault.plan(spec.target, spec, machinesOf(kernel))
  if (!plan.ok) throw new CommandError('BadTarget', plan.error)
  return kernel.inject(fault.name, spec.target, plan.levers, plan.heal, forMicros)
}

/** Everything about a fault that can be wrong on any cluster. */
function checkFault(spec: FaultSpec): { readonly fault: Fault; readonly forMicros: number | null } {
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
  return { fault, forMicros }
}

export const faultCatalogue = (): readonly FaultEntry[] =>
  [...faults.values()].map(({ name, title, explains, targets, kinds, parameters }) => ({
    name,
    title,
    explains,
    targets,
    ...(kinds === undefined ? {} : { kinds }),
    parameters,
  }))
