// Gives every Pod a service account that exists, and mounts its token. Models plugin/pkg/admission/serviceaccount;
// leaves out image pull secrets of Pods that have their own, and the limits on secrets.

import { extended } from '../../api/json.ts'
import { randomSuffix } from '../../api/names.ts'
import type { Container, Pod, PodSpec, ServiceAccount, Volume } from '../../api/objects.ts'
import { forbiddenRequest } from '../../api/status.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { AdmissionPlugin } from './runtime/plugin.ts'
import { changed, denied, isPod } from './runtime/plugin.ts'

const DEFAULT_ACCOUNT = 'default'
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'
/** An hour and the seven seconds by which kubelets tell such tokens from others. */
const TOKEN_SECONDS = 3607

export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  handles: (request) => isPod(request) && request.operation === 'CREATE',
  looksAt: (request) =>
    isMirror(request.object as Pod)
      ? undefined
      : { kind: 'serviceaccounts', key: `${request.namespace}/${accountNameOf(request.object as Pod)}` },
  mutate(request, found, random) {
    const pod = request.object as Pod
    if (isMirror(pod)) return changed(pod, '')
    const serviceAccountName = accountNameOf(pod)
    const account = found.ok ? (found.value as ServiceAccount | null) : null
    if (account === null) {
      const cause = `error looking up service account ${request.namespace}/${serviceAccountName}: serviceaccount "${serviceAccountName}" not found`
      return denied(forbiddenRequest(request.definition, request.name, cause))
    }
    const named = { serviceAccountName, serviceAccount: serviceAccountName, ...pullSecrets(pod, account) }
    if (!wantsToken(pod, account)) {
      const object = extended(pod, { spec: extended(pod.spec, named) })
      return changed(object, `set serviceAccountName ${serviceAccountName}`)
    }
    const volume = `kube-api-access-${randomSuffix(5, (below) => Math.floor(random() * below))}`
    const spec = extended(pod.spec, { ...named, ...tokenMounted(pod.spec, volume) })
    const object = extended(pod, { spec })
    return changed(object, `set serviceAccountName ${serviceAccountName} and mounted its token`)
  },
}

const isMirror = (pod: Pod): boolean =>
  pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined

function accountNameOf({ spec }: Pod): string {
  const name = spec.serviceAccountName ?? ''
  return name === '' ? DEFAULT_ACCOUNT : name
}

function wantsToken(pod: Pod, account: ServiceAccount): boolean {
  return pod.spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true
}

function pullSecrets({ spec }: Pod, account: ServiceAccount): Partial<PodSpec> {
  const secrets = account.imagePullSecrets ?? []
  return secrets.length === 0 || (spec.imagePullSecrets ?? []).length > 0 ? {} : { imagePullSecrets: secrets }
}

/** What of a spec changes with the token's volume. */
function tokenMounted(spec: PodSpec, volumeName: string): Partial<PodSpec> {
  const mount = (container: Container): Container => {
    const mounts = container.volumeMounts ?? []
    if (mounts.some((present) => present.mountPath === MOUNT_PATH)) return container
    const mounted = { name: volumeName, readOnly: true, mountPath: MOUNT_PATH }
    return extended(container, { volumeMounts: mounts.concat([mounted]) })
  }
  // These lists are kept for long: `concat` makes them as long as they are, where a spread leaves room for more.
  const volumes = (spec.volumes ?? []).concat([tokenVolume(volumeName)])
  const containers = spec.containers.map(mount)
  const { initContainers } = spec
  return initContainers === undefined
    ? { volumes, containers }
    : { volumes, containers, initContainers: initContainers.map(mount) }
}

const SOURCES: NonNullable<NonNullable<Volume['projected']>['sources']> = deepFreeze([
  { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
  { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
  {
    downwardAPI: {
      items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
    },
  },
])

function tokenVolume(name: string): Volume {
  return { name, projected: { sources: SOURCES, defaultMode: 420 } }
}
