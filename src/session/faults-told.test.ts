// What kubectl and the Events tell a user while something is broken, in the words of the real ones.
import { expect, test } from 'vitest'
import { loadLateParts } from './load-late-parts.ts'
import { startCluster } from './testing/trial-cluster.ts'

await loadLateParts()

const GET = 'get pods'
const CREATE = 'create configmap greeting --from-literal=a=b'
const REFUSED =
  'The connection to the server kube-apiserver-1:6443 was refused - did you specify the right host or port?'

test.each([
  ['certificate-expired', 'kubectl', {}, GET, 'error: You must be logged in to the server (Unauthorized)'],
  ['certificate-expired', 'kubectl', {}, CREATE, 'error: failed to create configmap: Unauthorized'],
  [
    'apiserver-overload',
    'kube-apiserver-1',
    { percent: 100 },
    GET,
    'Error from server (TooManyRequests): the server has received too many requests and has asked us to try again later (get pods)',
  ],
  [
    'apiserver-overload',
    'kube-apiserver-1',
    { percent: 100 },
    CREATE,
    'error: failed to create configmap: the server has received too many requests and has asked us to try again later (post configmaps)',
  ],
  [
    'disk-full',
    'etcd-1',
    {},
    CREATE,
    'error: failed to create configmap: etcdserver: mvcc: database space exceeded',
  ],
  ['process-down', 'kube-apiserver-1', {}, GET, REFUSED],
  [
    'host-down',
    'control-plane-1',
    {},
    GET,
    'Unable to connect to the server: dial tcp kube-apiserver-1:6443: i/o timeout',
  ],
  [
    'partition',
    'control-plane-1',
    {},
    GET,
    'Unable to connect to the server: dial tcp kube-apiserver-1:6443: i/o timeout',
  ],
])('under %s at %s with %j, %s', (fault, target, parameters, line, told) => {
  const cluster = startCluster(1)
  expect(cluster.output('get nodes')).toContain('node-1')
  cluster.fault({ fault, target, ...parameters })
  cluster.run(2)
  expect(cluster.output(line).trim()).toBe(told)
})

test.each([
  [
    'image-pull-failing',
    'Failed',
    'failed to do request: Head "https://registry.k8s.io/v2/e2e-test-images/agnhost/manifests/2.53": dial tcp: lookup registry.k8s.io: no such host',
  ],
  ['cni-failing', 'FailedCreatePodSandBox', 'plugin type="bridge" failed (add)'],
])('under %s an Event %s says: %s', (fault, reason, told) => {
  const cluster = startCluster(1)
  cluster.fault({ fault, target: 'node-1' })
  cluster.kubectl(
    'create deployment during --image=registry.k8s.io/e2e-test-images/agnhost:2.53 --replicas=4',
  )
  expect(cluster.runUntil(60, () => cluster.events(reason).some((text) => text.includes(told)))).toBe(true)
})
