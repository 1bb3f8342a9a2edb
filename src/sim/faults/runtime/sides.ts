// The two sides of a fault on the network: groups of hosts, named by hosts or by processes that run on them.
import type { Lever, Selection } from '../../kernel/machine-room.ts'
import type { Fault, FaultPlan, Machines } from './fault.ts'
import { listed } from './fault.ts'

export const LINK_TARGETS: Fault['targets'] = ['link', 'host', 'node', 'member']

type Sides = { readonly ok: true; readonly sides: Selection } | Extract<FaultPlan, { readonly ok: false }>

/** `a~b` or `a,b~c,d`; one side alone is meant against everything else. */
export function sidesOf(machines: Machines, target: string): Sides {
  const [left = '', right = '*', ...more] = target.split('~')
  if (more.length > 0) return refused(`"${target}" has more than two sides`)
  const from: string[] = []
  const to: string[] = []
  for (const [side, hosts] of [
    [left, from],
    [right, to],
  ] as const)
    for (const name of side.split(',')) {
      const host = hostCalled(machines, name)
      if (host === undefined)
        return refused(`no host "${name}"; there are ${listed(machines.hosts.map((known) => known.name))}`)
      if (!hosts.includes(host)) hosts.push(host)
    }
  if (from.length === 1 && to.length === 1 && from[0] === to[0])
    return refused(`both ends are on ${from[0]}: what stays on a host does not use the network`)
  return { ok: true, sides: { from, to } }
}

const refused = (error: string): Extract<FaultPlan, { readonly ok: false }> => ({ ok: false, error })

function hostCalled({ hosts, processes }: Machines, name: string): string | undefined {
  if (name === '*' || hosts.some((host) => host.name === name)) return name
  return processes.find((process) => process.id === name)?.host
}

/** The same for Raft's messages, which only etcd members exchange. */
export function onPeerLink(
  machines: Machines,
  target: string,
  oneWay: boolean,
  lever: (link: Link) => Lever,
): FaultPlan {
  const found = sidesOf(machines, target)
  if (!found.ok) return found
  const members = machines.processes.filter(({ kind }) => kind === 'etcd').map(({ host }) => host)
  const hasMember = (side: readonly string[]): boolean =>
    side.some((host) => host === '*' || members.includes(host))
  if (members.length < 2 || !hasMember(found.sides.from) || !hasMember(found.sides.to))
    return refused(`no Raft messages are exchanged there: choose from ${members.join(', ')}`)
  return between(found.sides, oneWay, lever)
}

type Link = Selection & { readonly id: string }

/** Pulls a lever on the link each way, or one way. */
export function onLink(
  machines: Machines,
  target: string,
  oneWay: boolean,
  lever: (link: Link) => Lever,
): FaultPlan {
  const found = sidesOf(machines, target)
  return found.ok ? between(found.sides, oneWay, lever) : found
}

function between({ from, to }: Selection, oneWay: boolean, lever: (link: Link) => Lever): FaultPlan {
  const forth = { id: 'forth', from, to }
  const links: readonly Link[] = oneWay ? [forth] : [forth, { id: 'back', from: to, to: from }]
  return {
    ok: true,
    levers: links.map(lever),
    heal: links.map(({ id }) => ({ lever: 'unlink', id })),
  }
}
