// Which nodes a nodeSelector and node affinity allow, compiled once for a Pod. Models component-helpers' nodeaffinity.
import type { Selector } from '../../api/label-selector.ts'
import { selectorFromObject, selectorMatches } from '../../api/label-selector.ts'
import type { Node, NodeSelectorTerm, PodSpec } from '../../api/objects.ts'

export interface CompiledTerm {
  readonly labels: Selector | null
  readonly fields: Selector | null
}

export interface RequiredAffinity {
  readonly nodeSelector: Readonly<Record<string, string>> | null
  /** One of these must match; null asks for nothing. */
  readonly terms: readonly CompiledTerm[] | null
}

export function compileTerm(term: NodeSelectorTerm): CompiledTerm {
  const { matchExpressions: labels, matchFields: fields } = term
  return {
    labels:
      labels === undefined || labels.length === 0 ? null : selectorFromObject({ matchExpressions: labels }),
    fields:
      fields === undefined || fields.length === 0 ? null : selectorFromObject({ matchExpressions: fields }),
  }
}

/** A term that asks for nothing matches nothing. */
export function termMatches(term: CompiledTerm, node: Node): boolean {
  if (term.labels === null && term.fields === null) return false
  if (term.labels !== null && !selectorMatches(term.labels, node.metadata.labels)) return false
  return term.fields === null || selectorMatches(term.fields, { 'metadata.name': node.metadata.name })
}

/** Null where the Pod asks for nothing. */
export function requiredAffinity(spec: PodSpec): RequiredAffinity | null {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  const selector = spec.nodeSelector
  const empty = selector === undefined || Object.keys(selector).length === 0
  if (empty && required === undefined) return null
  return {
    nodeSelector: empty ? null : selector,
    terms: required === undefined ? null : required.nodeSelectorTerms.map(compileTerm),
  }
}

export function affinityMatches(required: RequiredAffinity, node: Node): boolean {
  const { nodeSelector, terms } = required
  const labels = node.metadata.labels
  if (nodeSelector !== null) {
    for (const key of Object.keys(nodeSelector)) if (labels?.[key] !== nodeSelector[key]) return false
  }
  return terms === null || terms.some((term) => termMatches(term, node))
}
