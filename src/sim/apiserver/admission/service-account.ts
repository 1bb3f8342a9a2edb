// Gives every Pod a service account that exists, and mounts its token. Models plugin/pkg/admission/serviceaccount;
// leaves out image pull secrets of Pods that have their own, and the limits on secrets.

import { extended } from '../../api/json.ts'
import { randomSuffix } from '../../api/names.ts'
import type { Container, Pod, ServiceAccount, Volume } from '../../api/objects.ts'
import { forbiddenRequest } from '../../api/status.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { Task } from '../../kernel/task.ts'
import { lookup, randoms } from '../effects.ts'
import { readObject } from '../storage.ts'
import type { AdmissionPlugin } from './runtime/plugin.ts'
import { changed, denied, isPod } from './runtime/plugin.ts'

const DEFAULT_ACCOUNT = 'default'
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'
/** An hour and the seven seconds by which kubelets tell such tokens from others. */
const TOKEN_SECONDS = 3607

export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  handles: (request) => isPod(request) && request.operation === 'CREATE',
  *review(request) {
    const pod = request.object as Pod
    if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return changed(pod, '')
    const name = pod.spec.serviceAccountName ?? ''
    const accountName = name === '' ? DEFAULT_ACCOUNT : name
    const account = yield* findAccount(request.namespace, accountName)
    if (account === null) {
      const cause = `error looking up service account ${request.namespace}/${accountName}: serviceaccount "${accountName}" not found`
      return denied(forbiddenRequest(request.definition, request.name, cause))
    }
    const spec = extended(pod.spec, { serviceAccountName: accountName, serviceAccount: accountName })
    const named: Pod = extended(pod, { spec: withPullSecrets(spec, account) })
    if (!wantsToken(pod, account)) return changed(named, `set serviceAccountName ${accountName}`)
    const mounted = mountToken(named, `kube-api-access-${randomSuffix(5, yield* drawBelow(5))}`)
    return changed(mounted, `set serviceAccountName ${accountName} and mounted its token`)
  },
}

function* findAccount(namespace: string, name: string): Task<ServiceAccount | null> {
  const cached = yield* lookup('serviceaccounts', `${namespace}/${name}`)
  if (cached !== null) return cached as ServiceAccount
  const read = yield* readObject(`/registry/serviceaccounts/${namespace}/${name}`)
  return read.ok ? (read.value as ServiceAccount | null) : null
}

/** Draws in advance what a function without effects will use. */
function* drawBelow(count: number): Task<(below: number) => number> {
  const drawn = yield* randoms(count)
  let used = 0
  return (below) => Math.floor((drawn[used++] ?? 0) * below)
}

function wantsToken(pod: Pod, account: ServiceAccount): boolean {
  return pod.spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true
}

function withPullSecrets(spec: Pod['spec'], account: ServiceAccount): Pod['spec'] {
  const secrets = account.imagePullSecrets ?? []
  if (secrets.length === 0 || (spec.imagePullSecrets ?? []).length > 0) return spec
  return { ...spec, imagePullSecrets: secrets }
}

function mountToken(pod: Pod, volumeName: string): Pod {
  const mount = (container: Container): Container => {
    const mounts = container.volumeMounts ?? []
    if (mounts.some((present) => present.mountPath === MOUNT_PATH)) return container
    const mounted = { name: volumeName, readOnly: true, mountPath: MOUNT_PATH }
    return extended(container, { volumeMounts: [...mounts, mounted] })
  }
  const { spec } = pod
  const volumes = [...(spec.volumes ?? []), tokenVolume(volumeName)]
  const withMounts = extended(spec, { volumes, containers: spec.containers.map(mount) })
  const { initContainers } = spec
  const all =
    initContainers === undefined
      ? withMounts
      : extended(withMounts, { initContainers: initContainers.map(mount) })
  return extended(pod, { spec: all })
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
