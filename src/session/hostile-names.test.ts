// Names that every JavaScript object knows, as names of what runs in the cluster: containers, images, namespaces, keys.
// All of it works as with any other name, and a link that replays it comes to the same digest.
import { expect, test } from 'vitest'
import { SessionHost } from './host.ts'

const MANIFEST = `apiVersion: v1
kind: ConfigMap
metadata: {name: constructor, annotations: {constructor: a}}
data: {"__proto__": x, constructor: "y"}
---
apiVersion: v1
kind: Pod
metadata: {name: constructor, labels: {constructor: z}}
spec:
  containers:
    - name: constructor
      image: constructor
      env:
        - {name: __proto__, value: a}
        - {name: b, valueFrom: {configMapKeyRef: {name: constructor, key: __proto__}}}
---
apiVersion: v1
kind: Pod
metadata: {name: waits}
spec:
  containers:
    - {name: a, image: nginx, env: [{name: b, valueFrom: {configMapKeyRef: {name: constructor, key: toString}}}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: constructor}
---
apiVersion: v1
kind: Secret
metadata: {name: constructor}
type: constructor
data: {constructor: eA==}
`

const LINES: readonly (readonly [line: string, says: RegExp])[] = [
  [
    'apply -f m.yaml',
    /configmap\/constructor created[\s\S]*pod\/constructor created[\s\S]*namespace\/constructor created[\s\S]*secret\/constructor created/,
  ],
  ['create deployment constructor --image=constructor --replicas=2', /created/],
  ['wait --for=condition=Ready pod/constructor --timeout=60s', /condition met/],
  ['rollout status deployment/constructor', /successfully rolled out/],
  ['get cm constructor -o jsonpath={.data}', /^\{"__proto__":"x","constructor":"y"\}$/],
  ['get pods -l constructor=z -o name', /^pod\/constructor\n$/],
  ['get pod waits -o jsonpath={.status.phase}', /^Pending$/],
  ['get ns constructor -o jsonpath={.status.phase}', /^Active$/],
  ['get sa -n constructor -o name', /serviceaccount\/default/],
  ['delete ns constructor', /deleted/],
  ['run x --image=nginx --overrides=constructor', /unknown flag/],
  ['delete pod waits --cascade=constructor', /invalid cascade value/],
  ['patch cm constructor --type=constructor -p {}', /--type must be one of/],
  ['logs constructor -c __proto__', /container __proto__ not found in pod constructor/],
]

test('whatever a thing is called, it runs, and runs again the same', { timeout: 60_000 }, async () => {
  const host = new SessionHost()
  const open = { scenario: 'pod-creation', seed: 5 }
  await host.prepare('open', [open])
  host.call('open', [open])
  await host.prepare('kubectl', [])
  const start = host.call('state', []).now
  for (const [line, says] of LINES) {
    const { stdout, stderr } = host.call('kubectl', [{ line, files: { 'm.yaml': MANIFEST } }])
    expect(stdout + stderr, line).toMatch(says)
  }
  const after = host.call('state', [])
  expect(after.pods.filter(({ ready }) => ready)).toHaveLength(3)

  // Acting in the past restores a checkpoint and replays; the old branch stays what it was.
  host.call('seek', [{ at: start + 1_500_000 }])
  host.call('kubectl', [{ line: 'get pods' }])
  host.call('switchBranch', ['main'])
  host.call('seek', [{ at: after.now }])
  expect(host.call('digest', [])).toBe(after.digest)

  const again = { ...open, shared: host.call('share', []) }
  const other = new SessionHost()
  await other.prepare('open', [again])
  other.call('open', [again])
  expect(other.call('state', [])).toEqual(host.call('state', []))
  expect(other.call('digest', [])).toBe(after.digest)
})
