import { expect, test, vi } from 'vitest'
import type { CallAnswer, CallArguments, CallName, FromHost } from './protocol.ts'

const posted: FromHost[] = []
let receive: (event: { data: unknown }) => void = () => {}
vi.stubGlobal('postMessage', (message: FromHost) => posted.push(message))
vi.stubGlobal('addEventListener', (_type: string, listener: typeof receive) => {
  receive = listener
})
await import('./worker.ts')

let lastId = 0

/** What was posted until the call was answered. */
async function call<Name extends CallName>(
  name: Name,
  ...args: CallArguments<Name>
): Promise<{ readonly answer: CallAnswer<Name>; readonly frames: number }> {
  const id = ++lastId
  const from = posted.length
  receive({ data: { id, name, arguments: args } })
  return await vi.waitFor(
    () => {
      const messages = posted.slice(from)
      const last = messages.find((message) => 'id' in message && message.id === id)
      if (last === undefined) throw new Error(`${name} is not answered yet`)
      if (last.type !== 'answer') throw new Error(JSON.stringify(last))
      const before = messages.slice(0, messages.indexOf(last))
      return {
        answer: last.answer as CallAnswer<Name>,
        frames: before.filter(({ type }) => type === 'frame').length,
      }
    },
    { timeout: 20_000, interval: 5 },
  )
}

test('what is done is seen before it is answered, and a question brings no picture', async () => {
  expect((await call('open', { scenario: 'pod-creation' })).frames).toBe(1)
  // The late parts bring a picture of their own.
  await call('state')
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect((await call('step', { size: 'message', direction: 1 })).frames).toBe(1)
  const events = await call('events', { level: 'noise', offset: 0, limit: 5 })
  expect(events.answer.rows.length).toBe(5)
  expect(events.frames).toBe(0)
  expect((await call('digest')).frames).toBe(0)
  expect((await call('inspect', { kind: 'process', id: 'etcd-1' })).frames).toBe(0)
  expect((await call('step', { size: 'message', direction: -1 })).frames).toBe(1)
})

test('what is refused changes nothing, and is answered with a picture of that', async () => {
  const from = posted.length
  receive({ data: { id: 999, name: 'heal', arguments: ['nothing'] } })
  await vi.waitFor(() => expect(posted.slice(from).map(({ type }) => type)).toEqual(['frame', 'error']))
})
