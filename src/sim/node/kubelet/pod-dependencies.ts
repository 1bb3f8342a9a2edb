// The ConfigMaps and Secrets that a Pod cannot do without. Pure but for the requests. Models the volume manager's and the
// secret manager's need for them; leaves out watching them, and the token and root certificate that each Pod projects.
import type { ConfigMap, Container, Pod, Secret } from '../../api/objects.ts'
import { CONFIG_MAPS, SECRETS } from '../../api/resources.ts'
import type { ApiResult } from '../../client/index.ts'
import { api } from '../../client/index.ts'
import type { Task } from '../../kernel/task.ts'

interface Reference {
  readonly kind: 'configmap' | 'secret'
  readonly name: string
  /** A key that must be there; empty: none in particular. */
  readonly key: string
}

interface VolumeReference extends Reference {
  readonly volume: string
}

export function volumeReferences(pod: Pod): readonly VolumeReference[] {
  const references: VolumeReference[] = []
  for (const volume of pod.spec.volumes ?? []) {
    const { configMap, secret } = volume
    if (configMap?.name !== undefined && configMap.optional !== true)
      references.push({ kind: 'configmap', name: configMap.name, key: '', volume: volume.name })
    if (secret?.secretName !== undefined && secret.optional !== true)
      references.push({ kind: 'secret', name: secret.secretName, key: '', volume: volume.name })
  }
  return references
}

export function environmentReferences(container: Container): readonly Reference[] {
  const references: Reference[] = []
  for (const { configMapRef, secretRef } of container.envFrom ?? []) {
    if (configMapRef?.name !== undefined && configMapRef.optional !== true)
      references.push({ kind: 'configmap', name: configMapRef.name, key: '' })
    if (secretRef?.name !== undefined && secretRef.optional !== true)
      references.push({ kind: 'secret', name: secretRef.name, key: '' })
  }
  for (const { valueFrom } of container.env ?? []) {
    const map = valueFrom?.configMapKeyRef
    const secret = valueFrom?.secretKeyRef
    if (map?.name !== undefined && map.optional !== true)
      references.push({ kind: 'configmap', name: map.name, key: map.key })
    if (secret?.name !== undefined && secret.optional !== true)
      references.push({ kind: 'secret', name: secret.name, key: secret.key })
  }
  return references
}

/** What is missing, in the kubelet's words; empty when it is all there. */
export function* missingReference(namespace: string, references: readonly Reference[]): Task<string> {
  for (const { kind, name, key } of references) {
    const found: ApiResult<ConfigMap | Secret> =
      kind === 'configmap'
        ? yield* api.get(CONFIG_MAPS, namespace, name)
        : yield* api.get(SECRETS, namespace, name)
    if (!found.ok) {
      if (found.status.code === 404) return `${kind} "${name}" not found`
      return found.status.message ?? `failed to get ${kind} "${name}"`
    }
    const values: Readonly<Record<string, string>> = found.object.data ?? {}
    if (key !== '' && !Object.hasOwn(values, key)) {
      const kindText = kind === 'configmap' ? 'ConfigMap' : 'Secret'
      return `couldn't find key ${key} in ${kindText} ${namespace}/${name}`
    }
  }
  return ''
}
