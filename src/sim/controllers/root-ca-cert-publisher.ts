// Keeps a ConfigMap with the cluster's certificate authority in every namespace, for Pods to trust the apiserver by.
// Models pkg/controller/certificates/rootcacertpublisher; the certificate is a placeholder.
import type { ConfigMap } from '../api/objects.ts'
import { keyOf, objectKey } from '../api/objects.ts'
import { CONFIG_MAPS, NAMESPACES } from '../api/resources.ts'
import type { ApiResult } from '../client/index.ts'
import { api, failedWith } from '../client/index.ts'
import type { Task } from '../kernel/task.ts'
import type { Controller, SyncResult } from './runtime/controller.ts'
import { cache, explain } from './runtime/effects.ts'
import { configMapInformer, namespaceInformer } from './runtime/informers.ts'

const NAME = 'kube-root-ca.crt'
const DATA = {
  'ca.crt': '-----BEGIN CERTIFICATE-----\nVitrine simulates no certificates.\n-----END CERTIFICATE-----\n',
}
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.'

export const rootCACertPublisher: Controller = {
  name: 'root-ca-certificate-publisher-controller',
  serviceAccount: 'root-ca-cert-publisher',
  component: 'root-ca-certificate-publisher',
  workers: 1,
  informers: [namespaceInformer, configMapInformer],
  changed({ ref, type, object }, tools) {
    if (ref === NAMESPACES) {
      if (type !== 'delete') tools.enqueue(objectKey(object))
    } else if (type !== 'add' && object.metadata.name === NAME) {
      tools.enqueue(object.metadata.namespace ?? '')
    }
  },
  sync,
}

function* sync(key: string): Task<SyncResult> {
  const namespace = yield* cache.get(NAMESPACES, key)
  if (namespace === undefined || namespace.status.phase === 'Terminating') return undefined
  const found = yield* cache.get(CONFIG_MAPS, keyOf(key, NAME))
  if (found !== undefined && found.data?.['ca.crt'] === DATA['ca.crt']) return undefined
  yield* explain(`publishing the certificate authority in namespace ${key}`)
  const annotations = { 'kubernetes.io/description': DESCRIPTION }
  const written: ApiResult<ConfigMap> =
    found === undefined
      ? yield* api.create(CONFIG_MAPS, {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { namespace: key, name: NAME, annotations },
          data: DATA,
        })
      : yield* api.update(CONFIG_MAPS, {
          ...found,
          metadata: { ...found.metadata, annotations: { ...found.metadata.annotations, ...annotations } },
          data: DATA,
        })
  if (written.ok || failedWith(written, 'AlreadyExists')) return undefined
  const terminating = written.status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating')
  return terminating === true ? undefined : { error: written.status.message ?? 'write failed' }
}
