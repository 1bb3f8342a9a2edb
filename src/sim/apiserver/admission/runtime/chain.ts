// Runs the admission plugins in their order, first those that change, later those that only judge.
import type { KubeObject } from '../../../api/objects.ts'
import type { Status } from '../../../api/status.ts'
import type { Task } from '../../../kernel/task.ts'
import type { AdmissionPlugin, AdmissionRequest, Verdict } from './plugin.ts'

export interface AdmissionChain {
  readonly plugins: readonly AdmissionPlugin[]
}

export type MutationResult =
  | { readonly ok: true; readonly object: KubeObject | null; readonly notes: readonly string[] }
  | { readonly ok: false; readonly plugin: string; readonly status: Status }

const NO_NOTES: readonly string[] = Object.freeze([])

export function admissionChain(plugins: readonly AdmissionPlugin[]): AdmissionChain {
  const names = new Set<string>()
  for (const { name } of plugins) {
    if (names.has(name)) throw new Error(`the admission plugin ${name} is registered twice`)
    names.add(name)
  }
  return { plugins }
}

export function* runMutating(chain: AdmissionChain, request: AdmissionRequest): Task<MutationResult> {
  let current = request
  let notes: string[] | undefined
  for (const plugin of chain.plugins) {
    if (!plugin.handles(current)) continue
    let verdict: Verdict | undefined
    if (plugin.mutate !== undefined) verdict = plugin.mutate(current)
    else if (plugin.review !== undefined) verdict = yield* plugin.review(current)
    if (verdict === undefined) continue
    if (!verdict.allowed) return { ok: false, plugin: plugin.name, status: verdict.status }
    if (verdict.note !== '') {
      notes ??= []
      notes.push(`${plugin.name} ${verdict.note}`)
    }
    if (verdict.object !== current.object) current = { ...current, object: verdict.object }
  }
  return { ok: true, object: current.object, notes: notes ?? NO_NOTES }
}

/** Null where no plugin objects. */
export function* runValidating(chain: AdmissionChain, request: AdmissionRequest): Task<Status | null> {
  for (const plugin of chain.plugins) {
    if (plugin.validate === undefined && plugin.inspect === undefined) continue
    if (!plugin.handles(request)) continue
    const status =
      plugin.validate?.(request) ?? (plugin.inspect === undefined ? null : yield* plugin.inspect(request))
    if (status !== null) return status
  }
  return null
}
