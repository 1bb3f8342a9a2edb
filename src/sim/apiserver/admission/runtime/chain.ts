// Runs the admission plugins in their order, first those that change, later those that only judge.
import type { KubeObject } from '../../../api/objects.ts'
import type { Status } from '../../../api/status.ts'
import type { AdmissionPlugin, AdmissionRequest, Found, ObjectName } from './plugin.ts'

export interface AdmissionChain {
  readonly plugins: readonly AdmissionPlugin[]
}

export type MutationResult =
  | { readonly outcome: 'admitted'; readonly object: KubeObject | null; readonly notes: readonly string[] }
  | { readonly outcome: 'denied'; readonly status: Status }
  /** A plugin has to see an object that nobody has looked for yet. */
  | { readonly outcome: 'unknown'; readonly name: ObjectName }

const NO_NOTES: readonly string[] = Object.freeze([])
const NOTHING: Found = Object.freeze({ ok: true, value: null })

export function admissionChain(plugins: readonly AdmissionPlugin[]): AdmissionChain {
  const names = new Set<string>()
  for (const { name } of plugins) {
    if (names.has(name)) throw new Error(`the admission plugin ${name} is registered twice`)
    names.add(name)
  }
  return { plugins }
}

/**
 * @param find undefined: nobody knows yet whether there is such an object. The chain is run again once it is known; until
 * then no plugin has drawn a random number, as those that draw look before.
 */
export function runMutating(
  chain: AdmissionChain,
  request: AdmissionRequest,
  find: (name: ObjectName) => Found | undefined,
  random: () => number,
): MutationResult {
  let current = request
  let notes: string[] | undefined
  for (const plugin of chain.plugins) {
    if (plugin.mutate === undefined || !plugin.handles(current)) continue
    const name = plugin.looksAt?.(current)
    const found = name === undefined ? NOTHING : find(name)
    if (found === undefined && name !== undefined) return { outcome: 'unknown', name }
    const verdict = plugin.mutate(current, found ?? NOTHING, random)
    if (!verdict.allowed) return { outcome: 'denied', status: verdict.status }
    if (verdict.note !== '') {
      notes ??= []
      notes.push(`${plugin.name} ${verdict.note}`)
    }
    if (verdict.object !== current.object) current = { ...current, object: verdict.object }
  }
  return { outcome: 'admitted', object: current.object, notes: notes ?? NO_NOTES }
}

/** Null where no plugin objects. */
export function runValidating(chain: AdmissionChain, request: AdmissionRequest): Status | null {
  for (const plugin of chain.plugins) {
    if (plugin.validate === undefined || !plugin.handles(request)) continue
    const status = plugin.validate(request)
    if (status !== null) return status
  }
  return null
}
