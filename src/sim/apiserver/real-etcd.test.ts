import { expect, test } from 'vitest'
import type { HttpResponse } from '../api/http.ts'
import type { Pod } from '../api/objects.ts'
import { etcdMember } from '../etcd/member.ts'
import { Kernel } from '../kernel/kernel.ts'
import type { Lever } from '../kernel/machine-room.ts'
import { seconds } from '../kernel/micros.ts'
import type { ProcessDefinition } from '../kernel/process.ts'
import { hostName, processId } from '../kernel/process.ts'
import { makePod, objectIn, Trial } from './trial.ts'

const PODS = '/api/v1/namespaces/default/pods'
const etcd = etcdMember as ProcessDefinition

test('an apiserver on three members of etcd serves every verb', () => {
  const trial = new Trial({ members: 3, etcd })
  const watch = trial.watch(PODS, { resourceVersion: '0' })
  const pod = objectIn<Pod>(trial.call('POST', PODS, { body: makePod('web') }))
  expect(trial.call('GET', `${PODS}/web`).body).toEqual(pod)
  expect(trial.call('GET', PODS).body).toMatchObject({ items: [{ metadata: { name: 'web' } }] })
  trial.call('POST', `${PODS}/web/binding`, { body: { target: { kind: 'Node', name: 'node-1' } } })
  trial.call('DELETE', `${PODS}/web`, { body: { gracePeriodSeconds: 0 } })
  trial.advance(0.5)
  expect(watch.events().map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'MODIFIED', 'DELETED'])
  const page = trial.call('GET', '/api/v1/namespaces', { query: { limit: '3' } }).body as {
    metadata: { continue: string }
  }
  const rest = trial.call('GET', '/api/v1/namespaces', { query: { continue: page.metadata.continue } })
  expect(rest.body).toMatchObject({ items: [{ metadata: { name: 'kube-system' } }] })
})

test('a watch on Events that has more to catch up with than one answer holds misses nothing', () => {
  const trial = new Trial({ members: 3, etcd })
  const events = '/api/v1/namespaces/default/events'
  const create = (name: string): string => {
    const involvedObject = { kind: 'Pod', name: 'web', namespace: 'default' }
    const body = { metadata: { name }, involvedObject, reason: 'Started', type: 'Normal' }
    return objectIn(trial.call('POST', events, { body })).metadata.resourceVersion
  }
  const resourceVersion = create('first')
  for (let number = 1; number <= 1_200; number++) create(`event-${number}`)
  const watch = trial.watch(events, { resourceVersion })
  trial.advance(2)
  expect(watch.events()).toHaveLength(1_200)
})

const crash = (member: number): Lever => ({
  lever: 'crash',
  process: processId(`etcd-${member}`),
  reason: 'killed',
})
const cutPower = (member: number): Lever => ({ lever: 'power-off', host: hostName(`etcd-${member}`) })

const losses = [1, 2].flatMap((seed) =>
  [1, 2, 3].flatMap((member) => [
    { way: 'crash', lever: crash(member), member, seed },
    { way: 'power cut', lever: cutPower(member), member, seed },
  ]),
)

test.each(losses)(
  'a $way of member $member at any moment of a write loses nothing (seed $seed)',
  ({ lever, seed }) => {
    const trial = new Trial({ members: 3, etcd, seed })
    const id = trial.send('POST', PODS, { body: makePod('web') })
    const outcomes = new Set<string>()
    while (trial.response(id) === undefined) {
      const twin = Kernel.restore({ ...trial.options, onEvent: () => {} }, trial.kernel.checkpoint())
      twin.inject('loss', 'etcd', [lever], [], null)
      twin.runUntil(seconds(twin.now / 1_000_000 + 40))
      const { responses } = twin.stateOf(processId('kubectl')) as { responses: Record<number, HttpResponse> }
      const answer = responses[id]
      outcomes.add(
        answer?.status === 201 ? `created ${objectIn(answer).metadata.name}` : JSON.stringify(answer),
      )
      trial.kernel.step()
    }
    expect([...outcomes]).toEqual(['created web'])
  },
)

test('without a majority writes fail after 7 s, reads from the cache go on, and a returning member heals it', () => {
  const trial = new Trial({ members: 3, etcd })
  trial.call('POST', PODS, { body: makePod('a') })
  trial.crash('etcd-1')
  trial.crash('etcd-2')
  trial.advance(1)
  const start = trial.kernel.now
  const write = trial.call('POST', PODS, { body: makePod('b') })
  expect(write).toMatchObject({ status: 500, body: { message: 'etcdserver: request timed out' } })
  expect((trial.kernel.now - start) / 1_000_000).toBeCloseTo(7, 0)
  expect(trial.call('GET', PODS).status).toBe(500)
  expect(trial.call('GET', PODS, { query: { resourceVersion: '0' } }).body).toMatchObject({
    items: [{ metadata: { name: 'a' } }],
  })
  trial.kernel.inject('start', 'etcd-1', [{ lever: 'start', process: processId('etcd-1') }], [], null)
  trial.advance(10)
  expect(trial.call('POST', PODS, { body: makePod('c') }).status).toBe(201)
})
