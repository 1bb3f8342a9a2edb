import { expect, test } from 'vitest'
import type { CallName } from '../worker/protocol.ts'
import { errorOf, SessionHost } from './host.ts'

// One test, since a part that was loaded stays so: the order is the order in which a page calls.
test('the first picture needs none of the late parts, and every other call waits for them', {
  timeout: 60_000,
}, async () => {
  const host = new SessionHost()
  const first = { scenario: 'pod-creation', seed: 7 }
  await host.prepare('open', [first])
  expect(host.call('open', [first])).toMatchObject({ name: 'pod-creation', seed: 7 })
  expect(host.frame()).toMatchObject({ reset: true, clock: { playing: false } })
  expect(() => host.call('digest', [])).toThrow('the late parts are loaded before they are asked for')

  await host.prepare('digest', [])
  expect(host.call('digest', [])).toMatch(/^[0-9a-f]{8}$/)
  expect(host.call('kubectl', [{ line: 'get nodes -o name' }])).toEqual({
    stdout: 'node/node-1\nnode/node-2\nnode/node-3\n',
    stderr: '',
    exitCode: 0,
  })

  const link = host.call('share', [])
  const shared = { scenario: 'pod-creation', shared: link }
  await host.prepare('open', [shared])
  expect(host.call('open', [shared])).toMatchObject({ seed: 7 })

  await host.prepare('scenarios', [])
  expect(host.call('scenarios', []).map(({ name }) => name)).toContain('node-down')
})

test.each([
  ['open', [{ scenario: 'nowhere' }], 'UnknownScenario'],
  ['open', [{ scenario: 'pod-creation', seed: -1 }], 'BadArguments'],
  ['open', [{ scenario: 'pod-creation', shared: '%' }], 'BadLink'],
  ['open', [{ scenario: 'file', file: 'name: [' }], 'BadScenario'],
  ['open', [], 'BadArguments'],
  ['digest', [], 'NotOpen'],
  ['digest', [1], 'BadArguments'],
  ['fly', [], 'UnknownCall'],
])('%s %j is refused as %s', async (name, args, code) => {
  const host = new SessionHost()
  await host.prepare(name, args)
  const attempt = (): unknown => host.call(name as CallName, args as never)
  let refused: unknown
  try {
    attempt()
  } catch (error) {
    refused = error
  }
  expect(errorOf(refused).code).toBe(code)
})
