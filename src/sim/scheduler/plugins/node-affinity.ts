// Holds to a Pod's nodeSelector and required node affinity, and scores by its preferred terms. Models
// plugins/nodeaffinity. Left out: affinity that the scheduler's own configuration adds.
import type { Pod } from '../../api/objects.ts'
import type { CompiledTerm, RequiredAffinity } from '../framework/node-affinity.ts'
import { affinityMatches, compileTerm, requiredAffinity, termMatches } from '../framework/node-affinity.ts'
import type { Plugin } from '../framework/plugin.ts'
import { defaultNormalize } from '../framework/plugin.ts'
import type { Status } from '../framework/status.ts'
import { SKIP, unresolvable } from '../framework/status.ts'

const REJECTED: Status = Object.freeze(unresolvable("node(s) didn't match Pod's node affinity/selector"))
const CONFLICT: Status = Object.freeze(unresolvable('pod affinity terms conflict'))

interface Preference {
  readonly weight: number
  readonly term: CompiledTerm
}

/** The nodes that every required term names in its fields; null where one of them names none. DaemonSets do this. */
function namedNodes(pod: Pod): readonly string[] | null {
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  if (required === undefined) return null
  const names: string[] = []
  for (const term of required.nodeSelectorTerms) {
    const lists = (term.matchFields ?? [])
      .filter(({ key, operator }) => key === 'metadata.name' && operator === 'In')
      .map(({ values }) => values ?? [])
    const [first, ...rest] = lists
    if (first === undefined) return null
    names.push(...first.filter((name) => rest.every((list) => list.includes(name))))
  }
  return [...new Set(names)]
}

export const nodeAffinity: Plugin<RequiredAffinity, readonly Preference[]> = {
  name: 'NodeAffinity',
  sign: ({ pod: { spec } }) =>
    spec.nodeSelector === undefined && spec.affinity?.nodeAffinity === undefined
      ? ''
      : JSON.stringify([spec.nodeSelector, spec.affinity?.nodeAffinity]),
  preFilter({ pod }) {
    const required = requiredAffinity(pod.spec)
    if (required === null) return { status: SKIP }
    const nodeNames = namedNodes(pod)
    if (nodeNames !== null && nodeNames.length === 0) return { status: CONFLICT }
    return { state: required, nodeNames }
  },
  filter: (_pod, { node }, required) => (affinityMatches(required, node) ? null : REJECTED),
  preScore({ pod }) {
    const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
    if (preferred.length === 0) return { status: SKIP }
    return { state: preferred.map(({ weight, preference }) => ({ weight, term: compileTerm(preference) })) }
  },
  score(_pod, { node }, preferences) {
    let sum = 0
    for (const { weight, term } of preferences) if (termMatches(term, node)) sum += weight
    return sum
  },
  normalizeScores: (scores) => defaultNormalize(scores, false),
  queueingHint(pod, event) {
    if (event.resource !== 'node') return 'skip'
    const required = requiredAffinity(pod.spec)
    if (required === null) return 'queue'
    if (!affinityMatches(required, event.node)) return 'skip'
    return event.action === 'add' || !affinityMatches(required, event.previous) ? 'queue' : 'skip'
  },
}
