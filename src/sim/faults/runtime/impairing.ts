// Faults that make the surroundings of processes wrong, for as long as they last.
import type { ProcessId } from '../../kernel/process.ts'
import { processId } from '../../kernel/process.ts'
import type { FaultPlan, Machines } from './fault.ts'
import { noHost, refuse } from './fault.ts'

/** Under the fault, each of these processes finds `value` when it asks for the impairment `name`. */
export function impairing(
  processes: readonly ProcessId[],
  name: string,
  value: number | string = 1,
): FaultPlan {
  const each = processes.map((process) => ({ id: `${name} of ${process}`, process }))
  return {
    ok: true,
    levers: each.map(({ id, process }) => ({ lever: 'impair', id, process, name, value })),
    heal: each.map(({ id, process }) => ({ lever: 'mend', id, process })),
  }
}

/** The same for the processes of these kinds (all: none given) on a host; refused where none of them runs there. */
export function impairingHost(
  machines: Machines,
  host: string,
  kinds: readonly string[],
  name: string,
  value: number | string = 1,
): FaultPlan {
  if (!machines.hosts.some((known) => known.name === host)) return noHost(machines, host)
  const hit = processesOn(machines, host, kinds)
  if (hit.length === 0) return refuse(`${host} runs no ${kinds.join(' and no ')}`)
  return impairing(hit, name, value)
}

function processesOn({ processes }: Machines, host: string, kinds: readonly string[]): ProcessId[] {
  return processes
    .filter((process) => process.host === host && (kinds.length === 0 || kinds.includes(process.kind)))
    .map(({ id }) => processId(id))
}
