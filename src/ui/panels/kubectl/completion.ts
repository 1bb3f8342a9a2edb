// What Tab offers in the terminal: verbs, resource types, names of things that are on the stage, files.

import type { StageView } from '../../../worker/protocol.ts'

export interface Vocabulary {
  /** Names by resource type, in the plural. */
  readonly names: Readonly<Record<string, readonly string[]>>
  readonly files: readonly string[]
}

export interface Completion {
  /** The line, as far as all candidates agree. */
  readonly line: string
  readonly candidates: readonly string[]
}

const verbs = [
  'annotate',
  'api-resources',
  'apply',
  'cordon',
  'create',
  'delete',
  'describe',
  'drain',
  'explain',
  'get',
  'label',
  'logs',
  'patch',
  'replace',
  'rollout',
  'scale',
  'set',
  'taint',
  'uncordon',
  'version',
  'wait',
]

/** Types by every name that kubectl knows them by; the first is the plural. */
const types: readonly (readonly [plural: string, ...others: string[]])[] = [
  ['pods', 'pod', 'po'],
  ['nodes', 'node', 'no'],
  ['deployments', 'deployment', 'deploy'],
  ['replicasets', 'replicaset', 'rs'],
  ['services', 'service', 'svc'],
  ['namespaces', 'namespace', 'ns'],
  ['configmaps', 'configmap', 'cm'],
  ['secrets', 'secret'],
  ['serviceaccounts', 'serviceaccount', 'sa'],
  ['endpointslices', 'endpointslice'],
  ['events', 'event', 'ev'],
  ['leases', 'lease'],
]

const pluralOf = (type: string): string | undefined => types.find((names) => names.includes(type))?.[0]

/** @param nodes of a large cluster, of which the stage has only those that are looked at */
export function vocabularyOf(
  stage: StageView,
  files: readonly string[],
  nodes: readonly string[] = Object.keys(stage.nodes),
): Vocabulary {
  const found = new Map<string, Set<string>>()
  const add = (type: string, name: string): void => {
    const known = found.get(type)
    if (known === undefined) found.set(type, new Set([name]))
    else known.add(name)
  }
  for (const { name, namespace } of Object.values(stage.pods)) {
    add('pods', name)
    add('namespaces', namespace)
  }
  for (const { kind, name } of Object.values(stage.workloads))
    add(pluralOf(kind.toLowerCase()) ?? `${kind.toLowerCase()}s`, name)
  const names = Object.fromEntries([...found].map(([type, all]) => [type, [...all]]))
  return { names: { ...names, nodes }, files }
}

export function complete(line: string, vocabulary: Vocabulary): Completion {
  const words = line.split(/\s+/)
  const typed = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  const candidates = optionsAfter(before, typed, vocabulary)
    .filter((option) => option.startsWith(typed))
    .toSorted()
  const [only] = candidates
  if (only === undefined) return { line, candidates }
  const agreed = candidates.length === 1 ? `${only}${only.endsWith('/') ? '' : ' '}` : commonStart(candidates)
  return { line: line.slice(0, line.length - typed.length) + agreed, candidates }
}

function optionsAfter(
  before: readonly string[],
  typed: string,
  { names, files }: Vocabulary,
): readonly string[] {
  const [command, verb, ...rest] = before
  if (command === undefined) return ['kubectl', 'clear']
  if (command !== 'kubectl') return []
  if (verb === undefined) return verbs
  const last = before.at(-1)
  if (last === '-f' || last === '--filename') return files
  if (last === '-n' || last === '--namespace') return names.namespaces ?? []
  if (last === '-o') return ['wide', 'yaml', 'json', 'name']
  if (verb === 'rollout' && rest.length === 0) return ['status', 'history', 'undo', 'restart']
  if (['cordon', 'uncordon', 'drain'].includes(verb)) return names.nodes ?? []
  if (verb === 'logs') return names.pods ?? []
  if (typed.includes('/')) {
    const type = typed.split('/')[0] ?? ''
    return (names[pluralOf(type) ?? ''] ?? []).map((name) => `${type}/${name}`)
  }
  const type = rest.filter((word) => !word.startsWith('-')).at(verb === 'rollout' ? 1 : 0)
  if (type !== undefined) return names[pluralOf(type) ?? ''] ?? []
  return [...types.map(([plural]) => plural), ...types.flatMap((known) => known.slice(1))]
}

function commonStart(words: readonly string[]): string {
  const [first = '', ...others] = words
  let length = first.length
  while (others.some((word) => !word.startsWith(first.slice(0, length)))) length--
  return first.slice(0, length)
}
