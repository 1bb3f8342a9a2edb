// Finding a kind by resource, by kind or by what a user types.
import type { KindDefinition } from './kind-definition.ts'

export interface KindRegistry {
  /** In the order of registration, which is the order of discovery. */
  readonly all: readonly KindDefinition[]
  byResource(group: string, version: string, resource: string): KindDefinition | undefined
  byKind(group: string, version: string, kind: string): KindDefinition | undefined
  /** Plural, singular, short name or kind, with an optional `.group`, as kubectl takes it. */
  find(text: string): KindDefinition | undefined
}

export function createKindRegistry(kinds: readonly KindDefinition[]): KindRegistry {
  const byResource = new Map<string, KindDefinition>()
  const byKind = new Map<string, KindDefinition>()
  const byText = new Map<string, KindDefinition>()
  for (const kind of kinds) {
    register(byResource, keyOf(kind.group, kind.version, kind.resource), kind)
    register(byKind, keyOf(kind.group, kind.version, kind.kind), kind)
    for (const text of [kind.resource, kind.singular, ...kind.shortNames]) {
      // The first kind keeps a name that two groups share, as `events` is; the group tells them apart.
      if (!byText.has(text)) byText.set(text, kind)
      byText.set(`${text}.${kind.group}`, kind)
    }
  }
  return {
    all: kinds,
    byResource: (group, version, resource) => byResource.get(keyOf(group, version, resource)),
    byKind: (group, version, kind) => byKind.get(keyOf(group, version, kind)),
    find: (text) => byText.get(text.toLowerCase()),
  }
}

function register(map: Map<string, KindDefinition>, key: string, kind: KindDefinition): void {
  if (map.has(key)) throw new Error(`the kind ${key} is registered twice`)
  map.set(key, kind)
}

function keyOf(group: string, version: string, name: string): string {
  return `${group}/${version}/${name}`
}
