import { expect, test } from 'vitest'
import type { HttpMethod } from '../api/http.ts'
import type { Json } from '../api/json.ts'
import type { Pod, ReplicaSet } from '../api/objects.ts'
import type { Status } from '../api/status.ts'
import { isMessage } from '../kernel/trace.ts'
import { makePod, objectIn, Trial } from './trial.ts'

const PODS = '/api/v1/namespaces/default/pods'
const MERGE = { 'content-type': 'application/merge-patch+json' }
const STRATEGIC = { 'content-type': 'application/strategic-merge-patch+json' }
const JSON_PATCH = { 'content-type': 'application/json-patch+json' }

const makeReplicaSet = (replicas: unknown): object => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'nginx' }] },
    },
  },
})

interface Refusal {
  readonly title: string
  readonly method?: HttpMethod
  readonly path: string
  readonly query?: Record<string, string>
  readonly headers?: Record<string, string>
  readonly body?: unknown
  readonly code: number
  readonly reason: string | undefined
  readonly message: string | RegExp
}

const refusals: readonly Refusal[] = [
  {
    title: 'a name that is taken',
    path: PODS,
    body: makePod('web'),
    code: 409,
    reason: 'AlreadyExists',
    message: 'pods "web" already exists',
  },
  {
    title: 'a namespace that does not exist',
    path: '/api/v1/namespaces/nowhere/pods',
    body: makePod('x'),
    code: 404,
    reason: 'NotFound',
    message: 'namespaces "nowhere" not found',
  },
  {
    title: 'an image that is missing',
    path: PODS,
    body: makePod('x', { containers: [{ name: 'web' }] }),
    code: 422,
    reason: 'Invalid',
    message: 'Pod "x" is invalid: spec.containers[0].image: Required value',
  },
  {
    title: 'a wrong type',
    path: '/apis/apps/v1/namespaces/default/replicasets',
    body: makeReplicaSet('three'),
    code: 400,
    reason: 'BadRequest',
    message:
      'ReplicaSet in version "v1" cannot be handled as a ReplicaSet: json: cannot unmarshal string into Go struct field ReplicaSetSpec.spec.replicas of type int32',
  },
  {
    title: 'an unknown field, where the client asks for strictness',
    path: PODS,
    query: { fieldValidation: 'Strict' },
    body: makePod('x', { foo: 1 }),
    code: 400,
    reason: 'BadRequest',
    message:
      'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.foo"',
  },
  {
    title: 'the namespace of another path',
    path: PODS,
    body: { ...makePod('x'), metadata: { name: 'x', namespace: 'kube-system' } },
    code: 400,
    reason: 'BadRequest',
    message: 'the namespace of the provided object does not match the namespace sent on the request',
  },
  {
    title: 'another API version',
    path: PODS,
    body: { ...makePod('x'), apiVersion: 'apps/v1' },
    code: 400,
    reason: 'BadRequest',
    message: 'the API version in the data (apps/v1) does not match the expected API version (v1)',
  },
  {
    title: 'a resource that is not served',
    path: '/api/v1/namespaces/default/gizmos',
    body: {},
    code: 404,
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
  },
  {
    title: 'a method that the collection does not take',
    method: 'PUT',
    path: PODS,
    body: {},
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
  },
  {
    title: 'another name than that of the path',
    method: 'PUT',
    path: `${PODS}/web`,
    body: makePod('other'),
    code: 400,
    reason: 'BadRequest',
    message: 'the name of the object (other) does not match the name on the URL (web)',
  },
  {
    title: 'an update from a stale version',
    method: 'PUT',
    path: `${PODS}/web`,
    body: { ...makePod('web'), metadata: { name: 'web', resourceVersion: '1' } },
    code: 409,
    reason: 'Conflict',
    message:
      'Operation cannot be fulfilled on pods "web": the object has been modified; please apply your changes to the latest version and try again',
  },
  {
    title: 'an update of another object with the same name',
    method: 'PUT',
    path: `${PODS}/web`,
    body: { ...makePod('web'), metadata: { name: 'web', uid: 'abc' } },
    code: 409,
    reason: 'Conflict',
    message:
      /^Operation cannot be fulfilled on pods "web": Precondition failed: UID in precondition: abc, UID in object meta: /,
  },
  {
    title: 'an update of what does not exist',
    method: 'PUT',
    path: `${PODS}/ghost`,
    body: makePod('ghost'),
    code: 404,
    reason: 'NotFound',
    message: 'pods "ghost" not found',
  },
  {
    title: 'a patch of an unknown kind',
    method: 'PATCH',
    path: `${PODS}/web`,
    headers: { 'content-type': 'text/plain' },
    body: {},
    code: 415,
    reason: 'UnsupportedMediaType',
    message: /accepted media types include: application\/json-patch\+json/,
  },
  {
    title: 'a JSON patch that cannot be applied',
    method: 'PATCH',
    path: `${PODS}/web`,
    headers: JSON_PATCH,
    body: [{ op: 'test', path: '/metadata/name', value: 'other' }],
    code: 422,
    reason: 'Invalid',
    message: /the server rejected our request due to an error in our request/,
  },
  {
    title: 'a patch whose result does not decode',
    method: 'PATCH',
    path: `${PODS}/web`,
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
    body: { spec: { priority: 'high' } },
    code: 422,
    reason: 'Invalid',
    message:
      /^ "" is invalid: patch: Invalid value: "map\[spec:map\[priority:high\]\]": json: cannot unmarshal string/,
  },
  {
    title: 'a dry run of an unknown kind',
    path: PODS,
    query: { dryRun: 'Some' },
    body: makePod('x'),
    code: 400,
    reason: 'BadRequest',
    message: /dryRun: Unsupported value: "Some"/,
  },
]

test.each(refusals)('$title is refused', ({ method = 'POST', path, code, reason, message, ...options }) => {
  const trial = new Trial()
  trial.call('POST', PODS, { body: makePod('web') })
  const before = trial.call('GET', PODS).body
  const response = trial.call(method, path, options)
  const status = response.body as Status
  expect(response.status).toBe(code)
  expect(status).toMatchObject({ kind: 'Status', status: 'Failure', code })
  expect(status.reason).toBe(reason)
  expect(status.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message))
  expect(trial.call('GET', PODS).body).toEqual(before)
})

test('a failed phase ends the request, and every phase is recorded in order', () => {
  const trial = new Trial()
  const phasesOf = (name: string, body: object): string[] => {
    trial.call('POST', PODS, { body })
    const events = trial.trace.filter((event) => !isMessage(event) && event.type === 'phase')
    const last = events.at(-1)
    return events
      .flatMap((event) =>
        event.type === 'phase' &&
        last?.type === 'phase' &&
        'request' in event &&
        'request' in last &&
        event.request === last.request
          ? [`${event.phase}${event.ok ? '' : ' failed'}`]
          : [],
      )
      .concat(name)
  }
  const common = ['authentication', 'authorization', 'mutating-admission']
  expect(phasesOf('a', makePod('a'))).toEqual([
    ...common,
    'validation',
    'validating-admission',
    'storage',
    'response',
    'a',
  ])
  expect(phasesOf('b', makePod('b', { containers: [] }))).toEqual([
    ...common,
    'validation failed',
    'response failed',
    'b',
  ])
})

test('generateName gives each object its own name', () => {
  const trial = new Trial()
  const body = { ...makePod(''), metadata: { generateName: 'web-' } }
  const names = [1, 2, 3].map(() => objectIn<Pod>(trial.call('POST', PODS, { body })).metadata.name)
  for (const name of names) expect(name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  expect(new Set(names).size).toBe(3)
})

test('a dry run answers like the real thing and stores nothing', () => {
  const trial = new Trial()
  const created = trial.call('POST', PODS, { query: { dryRun: 'All' }, body: makePod('web') })
  expect(created.status).toBe(201)
  expect(objectIn<Pod>(created).spec.restartPolicy).toBe('Always')
  expect(trial.call('GET', `${PODS}/web`).status).toBe(404)
  trial.call('POST', PODS, { body: makePod('web') })
  const patched = trial.call('PATCH', `${PODS}/web`, {
    query: { dryRun: 'All' },
    headers: MERGE,
    body: { metadata: { labels: { a: 'b' } } },
  })
  expect(objectIn<Pod>(patched).metadata.labels).toEqual({ a: 'b' })
  expect(objectIn<Pod>(trial.call('GET', `${PODS}/web`)).metadata.labels ?? {}).toEqual({})
  expect(trial.call('DELETE', `${PODS}/web`, { query: { dryRun: 'All' } }).status).toBe(200)
  expect(trial.call('GET', `${PODS}/web`).status).toBe(200)
})

test('an unknown field is dropped with a warning', () => {
  const trial = new Trial()
  const response = trial.call('POST', PODS, { body: makePod('web', { foo: 1 }) })
  expect(response.status).toBe(201)
  expect(response.headers.warning).toBe('299 - "unknown field \\"spec.foo\\""')
})

const patches: readonly (readonly [string, Record<string, string>, unknown])[] = [
  ['merge', MERGE, { metadata: { labels: { tier: 'front' } } }],
  ['strategic merge', STRATEGIC, { metadata: { labels: { tier: 'front' } } }],
  ['JSON', JSON_PATCH, [{ op: 'add', path: '/metadata/labels/tier', value: 'front' }]],
]

test.each(patches)('a %s patch changes only what it names', (_title, headers, body) => {
  const trial = new Trial()
  const before = objectIn<Pod>(trial.call('POST', PODS, { body: makePod('web', {}, { app: 'web' }) }))
  const after = objectIn<Pod>(trial.call('PATCH', `${PODS}/web`, { headers, body }))
  expect(after.metadata.labels).toEqual({ app: 'web', tier: 'front' })
  expect(after.metadata.uid).toBe(before.metadata.uid)
  expect(after.spec).toEqual(before.spec)
  expect(Number(after.metadata.resourceVersion)).toBeGreaterThan(Number(before.metadata.resourceVersion))
})

test('a strategic merge patch merges containers by name, and conditions by type', () => {
  const trial = new Trial()
  trial.call('POST', PODS, { body: makePod('web') })
  const image = { spec: { containers: [{ name: 'web', image: 'nginx:1.28' }] } }
  const pod = objectIn<Pod>(trial.call('PATCH', `${PODS}/web`, { headers: STRATEGIC, body: image }))
  expect(pod.spec.containers[0]).toMatchObject({
    image: 'nginx:1.28',
    terminationMessagePath: '/dev/termination-log',
  })
  expect(pod.metadata.generation).toBe(2)
  const conditions = (type: string): object => ({ status: { conditions: [{ type, status: 'True' }] } })
  trial.call('PATCH', `${PODS}/web/status`, { headers: STRATEGIC, body: conditions('Ready') })
  const both = trial.call('PATCH', `${PODS}/web/status`, {
    headers: STRATEGIC,
    body: conditions('Initialized'),
  })
  expect(
    objectIn<Pod>(both)
      .status.conditions?.map(({ type }) => type)
      .sort(),
  ).toEqual(['Initialized', 'Ready'])
})

test('a write that changes nothing makes no new version', () => {
  const trial = new Trial()
  const before = objectIn<Pod>(trial.call('POST', PODS, { body: makePod('web', {}, { app: 'web' }) }))
  const watch = trial.watch(PODS, { resourceVersion: before.metadata.resourceVersion })
  const body = { metadata: { labels: { app: 'web' } } }
  expect(trial.call('PATCH', `${PODS}/web`, { headers: MERGE, body }).body).toEqual(before)
  expect(trial.call('PUT', `${PODS}/web`, { body: before }).body).toEqual(before)
  expect(watch.events()).toEqual([])
})

test('two patches at one moment both succeed; two updates from one version do not', () => {
  const trial = new Trial()
  const pod = objectIn<Pod>(trial.call('POST', PODS, { body: makePod('web') }))
  const label = (name: string): object => ({ metadata: { labels: { [name]: 'x' } } })
  const ids = ['a', 'b', 'c'].map((name) =>
    trial.send('PATCH', `${PODS}/web`, { headers: MERGE, body: label(name) }),
  )
  trial.advance(1)
  expect(ids.map((id) => trial.response(id)?.status)).toEqual([200, 200, 200])
  const merged = objectIn<Pod>(trial.call('GET', `${PODS}/web`))
  expect(merged.metadata.labels).toEqual({ a: 'x', b: 'x', c: 'x' })
  const updates = ['d', 'e'].map((name) =>
    trial.send('PUT', `${PODS}/web`, {
      body: { ...merged, metadata: { ...merged.metadata, labels: { [name]: 'x' } } },
    }),
  )
  trial.advance(1)
  expect(updates.map((id) => trial.response(id)?.status)).toEqual([200, 409])
  expect(pod.metadata.uid).toBe(merged.metadata.uid)
})

test('an update cannot change identity or status, and status cannot change the specification', () => {
  const trial = new Trial()
  const pod = objectIn<Pod>(trial.call('POST', PODS, { body: makePod('web') }))
  const forged = {
    ...pod,
    metadata: { ...pod.metadata, creationTimestamp: '2000-01-01T00:00:00Z', generation: 9 },
  }
  const updated = objectIn<Pod>(
    trial.call('PUT', `${PODS}/web`, { body: { ...forged, status: { phase: 'Running' } } }),
  )
  expect(updated.metadata.creationTimestamp).toBe(pod.metadata.creationTimestamp)
  expect(updated.metadata.generation).toBe(1)
  expect(updated.status.phase).toBe('Pending')
  const status = {
    ...updated,
    spec: { ...updated.spec, nodeName: 'x' },
    status: { ...updated.status, phase: 'Running' },
  }
  const reported = objectIn<Pod>(trial.call('PUT', `${PODS}/web/status`, { body: status }))
  expect(reported.spec.nodeName).toBeUndefined()
  expect(reported.status.phase).toBe('Running')
})

test.each<readonly [what: string, type: string, body: Json, code: number, message: RegExp]>([
  [
    'a test that fails',
    'json-patch',
    [{ op: 'test', path: '/spec/replicas', value: 9 }],
    422,
    /^the server rejected our request/,
  ],
  [
    'a path that is not there',
    'json-patch',
    [{ op: 'remove', path: '/spec/nothing/here' }],
    422,
    /^the server rejected/,
  ],
  ['no list of operations', 'json-patch', { spec: {} }, 400, /cannot unmarshal object/],
  [
    'more than 32 bits',
    'merge-patch',
    { spec: { replicas: 99999999999 } },
    400,
    /cannot unmarshal number 99999999999 .* of type int32$/,
  ],
  [
    'fewer than none',
    'merge-patch',
    { spec: { replicas: -1 } },
    422,
    /^Scale\.autoscaling "web" is invalid: spec\.replicas: Invalid value: -1: must be greater/,
  ],
])('a patch of a scale with %s is refused, and the replicas stay', (_what, type, body, code, message) => {
  const trial = new Trial()
  const sets = '/apis/apps/v1/namespaces/default/replicasets'
  trial.call('POST', sets, { body: makeReplicaSet(2) })
  const headers = { 'content-type': `application/${type}+json` }
  const answer = trial.call('PATCH', `${sets}/web/scale`, { headers, body })
  expect(answer.body).toMatchObject({ code, message: expect.stringMatching(message) })
  expect(objectIn<ReplicaSet>(trial.call('GET', `${sets}/web`)).spec.replicas).toBe(2)
})

test('scale reads and writes the replicas alone', () => {
  const trial = new Trial()
  const sets = '/apis/apps/v1/namespaces/default/replicasets'
  trial.call('POST', sets, { body: makeReplicaSet(1) })
  const scale = trial.call('GET', `${sets}/web/scale`).body as { spec: { replicas: number } }
  expect(scale).toMatchObject({
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    spec: { replicas: 1 },
    status: { selector: 'app=web' },
  })
  expect(
    trial.call('PUT', `${sets}/web/scale`, { body: { ...scale, spec: { replicas: 3 } } }).body,
  ).toMatchObject({
    spec: { replicas: 3 },
  })
  expect(
    trial.call('PATCH', `${sets}/web/scale`, { headers: MERGE, body: { spec: { replicas: 5 } } }).status,
  ).toBe(200)
  const set = objectIn<ReplicaSet>(trial.call('GET', `${sets}/web`))
  expect(set.spec.replicas).toBe(5)
  expect(set.metadata.generation).toBe(3)
  expect(trial.call('PUT', `${sets}/web/scale`, { body: { ...scale, spec: { replicas: 1 } } }).status).toBe(
    409,
  )
  expect(
    trial.call('PATCH', `${sets}/web/scale`, { headers: MERGE, body: { spec: { replicas: -1 } } }).status,
  ).toBe(422)
  expect(trial.call('GET', `${PODS}/web/scale`).status).toBe(404)
})

test('a PUT creates what may be created so', () => {
  const trial = new Trial()
  const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases'
  const body = { metadata: { name: 'node-1' }, spec: { holderIdentity: 'node-1', leaseDurationSeconds: 40 } }
  expect(trial.call('PUT', `${leases}/node-1`, { body }).status).toBe(201)
  const lease = trial.call('GET', `${leases}/node-1`)
  expect(lease.status).toBe(200)
  expect(trial.call('PUT', `${leases}/node-1`, { body }).status).toBe(422)
})

test('too many requests at once are sent away', () => {
  const trial = new Trial()
  trial.order('etcd-1', { type: 'mute', mute: true })
  const ids = Array.from({ length: 203 }, (_, index) =>
    trial.send('POST', PODS, { body: makePod(`web-${index}`) }),
  )
  trial.advance(0.5)
  const refused = ids.filter((id) => trial.response(id) !== undefined)
  expect(refused).toHaveLength(3)
  expect(trial.response(refused[0]!)).toMatchObject({
    status: 429,
    headers: { 'retry-after': '1' },
    body: {
      reason: 'TooManyRequests',
      message: 'the server has received too many requests and has asked us to try again later (post pods)',
      details: {
        retryAfterSeconds: 1,
        causes: [
          { reason: 'UnexpectedServerResponse', message: 'Too many requests, please try again later.' },
        ],
      },
    },
  })
})
