// What travels between clients and an apiserver: HTTP exchanges as messages. A request's own `seq` in the trace is its
// identity on the wire (an HTTP/2 stream), so answers name it in `re`.
import type { Delivery } from '../kernel/delivery.ts'
import type { TraceEvent } from '../kernel/trace.ts'
import type { HttpRequest, HttpResponse, WatchEvent } from './http.ts'

export interface RequestMessage {
  readonly type: 'request'
  /** Chosen by the client, unique in its lifetime; answers repeat it. */
  readonly id: number
  /** The client's user agent and identity, as authentication would find them. */
  readonly user: string
  /** Absent: the client's certificate is valid. */
  readonly certificate?: 'expired'
  readonly request: HttpRequest
}

/** The answer to a request. For a watch it is the response's head, with status 200 and no body. */
export interface ResponseMessage {
  readonly type: 'response'
  readonly id: number
  readonly response: HttpResponse
}

/** One line of the body of a watch. */
export interface WatchMessage {
  readonly type: 'watch'
  readonly id: number
  readonly event: WatchEvent
}

/** The server ended a watch in good order (its time-out is over). */
export interface WatchEndMessage {
  readonly type: 'watch-end'
  readonly id: number
}

/** The client no longer wants an answer, or the rest of a watch. */
export interface CancelMessage {
  readonly type: 'cancel'
  readonly id: number
}

export type ApiMessage = RequestMessage | ResponseMessage | WatchMessage | WatchEndMessage | CancelMessage

export const isRequest = (event: TraceEvent): event is Delivery<RequestMessage> => event.type === 'request'
