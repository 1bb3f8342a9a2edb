// POST serviceaccounts/<name>/token: a token as kubelets ask for them. The token is a name, not a signed one: nothing in
// the simulation checks signatures.
import type { HttpResponse } from '../../api/http.ts'
import { isJsonObject } from '../../api/json.ts'
import { notFound } from '../../api/status.ts'
import { formatTime } from '../../api/time.ts'
import type { Task } from '../../kernel/task.ts'
import { lookup } from '../effects.ts'
import type { ResourceCall } from '../request.ts'
import { cacheKey, phase, reject, respond } from '../request.ts'

const DEFAULT_SECONDS = 3600

export function* createToken(call: ResourceCall): Task<HttpResponse> {
  const { route, definition, request, clock } = call
  const account = yield* lookup(call.served.id, cacheKey(call))
  if (account === null) return reject(notFound(definition, route.name))
  const body = isJsonObject(request.body) ? request.body : {}
  const spec = isJsonObject(body.spec ?? null) ? (body.spec as Readonly<Record<string, unknown>>) : {}
  const wanted = spec.expirationSeconds
  const seconds = typeof wanted === 'number' ? wanted : DEFAULT_SECONDS
  yield* phase(call, 'storage', () => [`issued a token of ${seconds} s`])
  const status = {
    token: `simulated.${route.namespace}.${route.name}.${call.seq}`,
    expirationTimestamp: formatTime(clock + seconds * 1_000_000),
  }
  return respond(
    {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name: route.name, namespace: route.namespace },
      spec: { ...spec, expirationSeconds: seconds },
      status,
    },
    201,
  )
}
