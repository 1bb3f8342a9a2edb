// The line to whoever runs the simulation. The page's worker is one; a server or a recording can stand in for it.

import type {
  CallAnswer,
  CallArguments,
  CallError,
  CallMessage,
  CallName,
  Frame,
  FromHost,
} from '../worker/protocol.ts'

export interface HostConnection {
  call<Name extends CallName>(name: Name, ...args: CallArguments<Name>): Promise<CallAnswer<Name>>
  onFrame(listener: (frame: Frame) => void): void
  /** How much of the way to the first picture is done, from 0 to 1. */
  onOpening(listener: (share: number) => void): void
  /** The host itself is gone: it could not start, or it died. */
  onLost(listener: (reason: string) => void): void
}

/** A call that was refused: `code` says what is wrong, `message` where and how to mend it. Nothing was changed. */
export class CallRefused extends Error {
  readonly code: string
  constructor(error: CallError) {
    super(error.message)
    this.name = 'CallRefused'
    this.code = error.code
  }
}

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

/** What a `Worker` offers and a test can imitate. */
export interface MessageEnd {
  postMessage(message: unknown): void
  addEventListener(type: 'message' | 'error' | 'messageerror', listener: (event: Event) => void): void
}

export function connectWorker(worker: MessageEnd): HostConnection {
  const waiting = new Map<number, Waiting>()
  const onFrame: ((frame: Frame) => void)[] = []
  const onOpening: ((share: number) => void)[] = []
  const onLost: ((reason: string) => void)[] = []
  let lastId = 0
  let lost: string | null = null

  const lose = (reason: string): void => {
    lost = reason
    for (const { reject } of waiting.values()) reject(new CallRefused({ code: 'HostLost', message: reason }))
    waiting.clear()
    for (const listener of onLost) listener(reason)
  }
  worker.addEventListener('message', (event) => {
    const message = parseFromHost(event)
    if (message === null) return
    if (message.type === 'frame') {
      for (const listener of onFrame) listener(message.frame)
      return
    }
    if (message.type === 'opening') {
      for (const listener of onOpening) listener(message.share)
      return
    }
    const caller = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.type === 'answer') caller?.resolve(message.answer)
    else caller?.reject(new CallRefused(message.error))
  })
  worker.addEventListener('error', (event) => {
    event.preventDefault()
    lose(
      typeof ErrorEvent !== 'undefined' && event instanceof ErrorEvent && event.message !== ''
        ? event.message
        : 'The worker could not be loaded.',
    )
  })
  worker.addEventListener('messageerror', () => lose('A message of the worker could not be read.'))

  return {
    call<Name extends CallName>(name: Name, ...args: CallArguments<Name>): Promise<CallAnswer<Name>> {
      if (lost !== null) return Promise.reject(new CallRefused({ code: 'HostLost', message: lost }))
      const id = ++lastId
      const message: CallMessage<Name> = { type: 'call', id, name, arguments: args }
      return new Promise<CallAnswer<Name>>((resolve, reject) => {
        // The host answers a call with its answer: this is where the boundary's type is taken at its word.
        waiting.set(id, { resolve: (answer) => resolve(answer as CallAnswer<Name>), reject })
        try {
          worker.postMessage(message)
        } catch (error) {
          waiting.delete(id)
          const why = error instanceof Error ? error.message : String(error)
          reject(
            new CallRefused({
              code: 'BadArguments',
              message: `${name}: only plain data can be sent: ${why}`,
            }),
          )
        }
      })
    },
    onFrame: (listener) => {
      onFrame.push(listener)
    },
    onOpening: (listener) => {
      onOpening.push(listener)
    },
    onLost: (listener) => {
      onLost.push(listener)
      if (lost !== null) listener(lost)
    },
  }
}

function parseFromHost(event: Event): FromHost | null {
  const data: unknown = event instanceof MessageEvent ? event.data : null
  if (typeof data !== 'object' || data === null || !('type' in data)) return null
  const known =
    data.type === 'frame' || data.type === 'answer' || data.type === 'error' || data.type === 'opening'
  return known ? (data as FromHost) : null
}
