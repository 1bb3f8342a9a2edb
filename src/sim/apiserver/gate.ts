// What a request has to pass before it is worked on: its client must be known, and there must be room for it. Models the
// x509 authenticator and, cut to what it does under overload, priority and fairness: of its levels, those of leader
// election and of nodes have seats of their own, and everybody else is turned away by chance.
import type { RequestMessage } from '../api/messages.ts'
import type { Status } from '../api/status.ts'
import { tooManyRequests, unauthorized } from '../api/status.ts'
import type { Context } from '../kernel/process.ts'
import { routeRequest } from './router.ts'

/** The server says it in plain text; clients are told in the words that client-go makes of that. */
const SAID = 'Too many requests, please try again later.'

function overloaded({ request }: RequestMessage): Status {
  const routed = routeRequest(request)
  const { id = '', name = '' } =
    routed.type === 'resource' ? { id: routed.route.served.id, name: routed.route.name } : {}
  const what = [request.method.toLowerCase(), id, name].filter((part) => part !== '').join(' ')
  const told = 'the server has received too many requests and has asked us to try again later'
  return tooManyRequests(id === '' ? told : `${told} (${what})`, SAID)
}

/** Why the request is turned away; null: it is let in. `full`: the server works on as many as it may. */
export function turnedAway(
  message: RequestMessage,
  seq: number,
  full: boolean,
  context: Context,
): Status | null {
  if (message.certificate === 'expired') {
    const notes = ['x509: certificate has expired or is not yet valid']
    context.trace({ type: 'phase', request: seq, phase: 'authentication', ok: false, notes })
    return unauthorized()
  }
  if (full) return overloaded(message)
  const percent = context.impairment('overload')
  if (typeof percent !== 'number' || hasOwnSeats(message)) return null
  return context.random() * 100 < percent ? overloaded(message) : null
}

/** The priority levels leader-election and node-high. */
function hasOwnSeats({ user, request: { path } }: RequestMessage): boolean {
  if (path.startsWith('/apis/coordination.k8s.io/')) return true
  return user.startsWith('system:node:') && path.startsWith('/api/v1/nodes')
}
