import { expect, test } from 'vitest'
import type { Pod } from '../../api/objects.ts'
import { makePod, objectIn, Trial } from '../trial.ts'

const PODS = '/api/v1/namespaces/default/pods'

test('a binding assigns a Pod to a node once', () => {
  const trial = new Trial()
  const pod = objectIn<Pod>(trial.call('POST', PODS, { body: makePod('web') }))
  const bind = (node: string, uid = pod.metadata.uid as string): { status: number; body: unknown } =>
    trial.call('POST', `${PODS}/web/binding`, {
      body: { metadata: { name: 'web', uid }, target: { kind: 'Node', name: node } },
    })
  expect(bind('node-1', 'stranger').status).toBe(409)
  expect(bind('node-1')).toMatchObject({
    status: 201,
    body: { kind: 'Status', status: 'Success', code: 201 },
  })
  const bound = objectIn<Pod>(trial.call('GET', `${PODS}/web`))
  expect(bound.spec.nodeName).toBe('node-1')
  expect(bound.status.conditions).toMatchObject([{ type: 'PodScheduled', status: 'True' }])
  expect(bind('node-2').body).toMatchObject({
    code: 409,
    reason: 'Conflict',
    message:
      'Operation cannot be fulfilled on pods/binding "web": pod web is already assigned to node "node-1"',
  })
  expect(trial.call('POST', `${PODS}/ghost/binding`, { body: { target: { name: 'n' } } }).status).toBe(404)
  expect(trial.call('POST', `${PODS}/web/binding`, { body: { target: {} } }).status).toBe(422)
  const numbered = { metadata: { annotations: { x: 1 } }, target: { name: 'n' } }
  expect(trial.call('POST', `${PODS}/web/binding`, { body: numbered }).status).toBe(400)
})
