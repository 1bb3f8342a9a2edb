// What a fault is: a name, the targets and parameters it takes, the levers it pulls, and its text in both languages.
import type { Lever } from '../../kernel/machine-room.ts'
import type { HostName, ProcessId } from '../../kernel/process.ts'
import { hostName, processId } from '../../kernel/process.ts'

export type FaultTarget = 'host' | 'process' | 'node' | 'member' | 'link' | 'pod' | 'message'

/** The machines as a fault may see them. */
export interface Machines {
  readonly hosts: readonly { readonly name: string; readonly role: string; readonly up: boolean }[]
  readonly processes: readonly {
    readonly id: string
    readonly kind: string
    readonly host: string
    readonly up: boolean
  }[]
  /** Whether a message is still on its way; absent: nobody knows, and every number is accepted. */
  isInFlight?(message: number): boolean
  /** Messages between hosts that are on their way, for whoever named one that is not. */
  messagesInFlight?(): readonly number[]
  /** Whether this etcd member has nothing of what it once knew; absent: nobody knows. */
  hasLostDisk?(member: string): boolean
  /** What runs of a Pod, by `namespace/name`; absent: nobody knows, and no Pod is a target. */
  findPod?(name: string): PodOnNode | undefined
  /** The Pods that can be found, by `namespace/name`. */
  podNames?(): readonly string[]
}

export interface PodOnNode {
  readonly uid: string
  /** The runtime that its containers run under, and its node's kubelet. */
  readonly runtime: ProcessId
  readonly kubelet: ProcessId
  /** The names of its running containers. */
  readonly running: readonly string[]
  /** The probes that its containers have; absent: nobody knows. */
  readonly probes?: readonly string[]
}

export interface Text {
  readonly 'zh-CN': string
  readonly en: string
}

/** JSON Schema for one parameter, cut to what faults need. */
export interface ParameterSchema {
  readonly type: 'integer' | 'string' | 'boolean'
  /** The strings that are allowed; absent: all. */
  readonly enum?: readonly string[]
  readonly default?: number | string | boolean
  readonly minimum?: number
  readonly maximum?: number
  /** What it means, with its unit: its label in a form. */
  readonly description: Text
}

export type Parameters = Readonly<Record<string, unknown>>

export type FaultPlan =
  | { readonly ok: true; readonly levers: readonly Lever[]; readonly heal: readonly Lever[] }
  | { readonly ok: false; readonly error: string }

export interface Fault {
  readonly name: string
  readonly targets: readonly FaultTarget[]
  /** The kinds of processes that it can be done to, where `process` is among the targets; absent: all. */
  readonly kinds?: readonly string[]
  readonly parameters: Readonly<Record<string, ParameterSchema>>
  readonly title: Text
  readonly explains: Text
  plan(target: string, parameters: Parameters, machines: Machines): FaultPlan
}

/** By name; a duplicate throws. */
export function catalogueOf(entries: readonly Fault[]): ReadonlyMap<string, Fault> {
  const catalogue = new Map<string, Fault>()
  for (const entry of entries) {
    if (catalogue.has(entry.name)) throw new Error(`two faults are named ${entry.name}`)
    catalogue.set(entry.name, entry)
  }
  return catalogue
}

export const refuse = (error: string): FaultPlan => ({ ok: false, error })

const MOST_LISTED = 12

/** What there is, for an error: of a large cluster only the first few. */
export function listed(names: readonly (string | number)[], none = 'none'): string {
  if (names.length === 0) return none
  const more = names.length - MOST_LISTED
  return names.slice(0, MOST_LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

export function findHost(machines: Machines, target: string): HostName | undefined {
  return machines.hosts.some((host) => host.name === target) ? hostName(target) : undefined
}

export function findProcess(machines: Machines, target: string): ProcessId | undefined {
  return machines.processes.some((process) => process.id === target) ? processId(target) : undefined
}

/** A process of a kind that the fault can be done to, by its name or (one of its kind there) by its host's. */
export function findProcessFor(
  { name, kinds = [] }: Fault,
  { processes }: Machines,
  target: string,
): { readonly ok: true; readonly process: ProcessId } | Extract<FaultPlan, { readonly ok: false }> {
  const fitting = processes.filter(({ kind }) => kinds.includes(kind))
  const found =
    fitting.find(({ id }) => id === target) ??
    fitting.find(({ host, kind }) => host === target && kind === kinds[0])
  if (found !== undefined) return { ok: true, process: processId(found.id) }
  return { ok: false, error: `${name} is for ${listed(fitting.map(({ id }) => id))}; not for "${target}"` }
}

export const noHost = (machines: Machines, target: string): FaultPlan =>
  refuse(`no host "${target}"; there are ${listed(machines.hosts.map((host) => host.name))}`)

export const noProcess = (machines: Machines, target: string): FaultPlan =>
  refuse(`no process "${target}"; there are ${listed(machines.processes.map((process) => process.id))}`)

/**
 * The value of a parameter, or its default. An unknown name or a value outside its schema is an error, in words.
 * `fault`, `target` and `for` belong to the request itself.
 */
export function checkParameters(fault: Fault, given: Parameters): string | undefined {
  for (const name of Object.keys(given)) {
    if (name === 'fault' || name === 'target' || name === 'for') continue
    const schema = Object.hasOwn(fault.parameters, name) ? fault.parameters[name] : undefined
    if (schema === undefined) {
      const known = Object.keys(fault.parameters)
      return `${fault.name} has no parameter "${name}"${known.length > 0 ? `; it has ${known.join(', ')}` : ''}`
    }
    const error = checkValue(schema, given[name])
    if (error !== undefined) return `parameter "${name}" of ${fault.name}: ${error}`
  }
  return undefined
}

const MOST_CHARACTERS = 256

function checkValue(schema: ParameterSchema, value: unknown): string | undefined {
  if (schema.type !== 'integer') {
    if (typeof value !== schema.type) return `has to be a ${schema.type}`
    if (typeof value === 'string' && value.length > MOST_CHARACTERS)
      return `has to have at most ${MOST_CHARACTERS} characters`
    if (schema.enum === undefined || schema.enum.some((allowed) => allowed === value)) return undefined
    return `has to be one of ${schema.enum.map((allowed) => `"${allowed}"`).join(', ')}`
  }
  if (typeof value !== 'number' || !Number.isInteger(value)) return 'has to be an integer'
  if (schema.minimum !== undefined && value < schema.minimum) return `has to be at least ${schema.minimum}`
  if (schema.maximum !== undefined && value > schema.maximum) return `has to be at most ${schema.maximum}`
  return undefined
}

export function integerParameter(fault: Fault, given: Parameters, name: string): number {
  const value = given[name] ?? fault.parameters[name]?.default
  return typeof value === 'number' ? value : 0
}

export function stringParameter(fault: Fault, given: Parameters, name: string): string {
  const value = given[name] ?? fault.parameters[name]?.default
  return typeof value === 'string' ? value : ''
}
