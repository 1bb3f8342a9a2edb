import { expect, test } from 'vitest'
import type { Frame, FromHost } from '../worker/protocol.ts'
import type { MessageEnd } from './host-connection.ts'
import { CallRefused, connectWorker } from './host-connection.ts'

/** A worker that does nothing by itself; the test plays its part. */
class FakeWorker extends EventTarget implements MessageEnd {
  readonly posted: unknown[] = []
  postMessage(message: unknown): void {
    this.posted.push(message)
  }
  says(message: FromHost): void {
    this.dispatchEvent(new MessageEvent('message', { data: message }))
  }
}

test('answers find their calls, in any order', async () => {
  const worker = new FakeWorker()
  const host = connectWorker(worker)
  const digest = host.call('digest')
  const share = host.call('share')
  expect(worker.posted).toEqual([
    { type: 'call', id: 1, name: 'digest', arguments: [] },
    { type: 'call', id: 2, name: 'share', arguments: [] },
  ])
  worker.says({ type: 'answer', id: 2, answer: 's' })
  worker.says({ type: 'answer', id: 1, answer: 'd' })
  expect(await Promise.all([digest, share])).toEqual(['d', 's'])
})

test('a refused call says why', async () => {
  const worker = new FakeWorker()
  const call = connectWorker(worker).call('heal', 'f9')
  worker.says({ type: 'error', id: 1, error: { code: 'NotFound', message: 'No fault f9.' } })
  await expect(call).rejects.toMatchObject({ code: 'NotFound', message: 'No fault f9.' })
  await expect(call).rejects.toBeInstanceOf(CallRefused)
})

test('frames reach their listeners, and foreign messages nobody', () => {
  const worker = new FakeWorker()
  const frames: Frame[] = []
  connectWorker(worker).onFrame((frame) => frames.push(frame))
  worker.dispatchEvent(new MessageEvent('message', { data: 'hello' }))
  const frame = { reset: true } as Frame
  worker.says({ type: 'frame', frame })
  expect(frames).toEqual([frame])
})

test('when the worker is lost, waiting and later calls are refused', async () => {
  const worker = new FakeWorker()
  const host = connectWorker(worker)
  const reasons: string[] = []
  host.onLost((reason) => reasons.push(reason))
  const waiting = host.call('digest')
  worker.dispatchEvent(new Event('error', { cancelable: true }))
  await expect(waiting).rejects.toMatchObject({ code: 'HostLost' })
  await expect(host.call('digest')).rejects.toMatchObject({ code: 'HostLost' })
  expect(reasons).toHaveLength(1)
})

test('what cannot be sent is refused, and the next call goes through', async () => {
  const worker = new FakeWorker()
  const host = connectWorker(worker)
  const post = worker.postMessage.bind(worker)
  worker.postMessage = (message) => post(structuredClone(message))
  const hostile = (() => 1) as unknown as string
  await expect(host.call('heal', hostile)).rejects.toMatchObject({
    name: 'CallRefused',
    code: 'BadArguments',
    message: expect.stringMatching(/^heal: only plain data can be sent: /),
  })
  const digest = host.call('digest')
  worker.says({ type: 'answer', id: 2, answer: 'd' })
  expect(await digest).toBe('d')
})
