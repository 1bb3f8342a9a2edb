// What is being stopped gets no new connections: an EndpointSlice never says of an endpoint that terminates that it is
// ready, unless its Service publishes addresses whatever their state.
import type { EndpointSlice, Service } from '../sim/api/objects.ts'
import type { Check, Complaints } from './check.ts'
import { fine } from './check.ts'
import type { Change, Recorded } from './recorded.ts'

function judge(recorded: Recorded, { resource, key, object }: Change): Complaints {
  if (resource !== 'endpointslices' || object === null) return fine
  for (const { addresses, conditions } of (object as EndpointSlice).endpoints ?? []) {
    if (conditions?.ready !== true || conditions.terminating !== true) continue
    const { namespace = '', labels } = object.metadata
    const name = labels?.['kubernetes.io/service-name'] ?? ''
    const service = recorded.of('services').get(`/registry/services/specs/${namespace}/${name}`)?.object
    if ((service as Service | undefined)?.spec.publishNotReadyAddresses === true) return fine
    return [`${key} says that ${addresses[0] ?? 'an endpoint'} is ready while it terminates`]
  }
  return fine
}

export const terminatingNotReady: Check = {
  name: 'terminating-not-ready',
  title: { en: 'What ends is not ready', 'zh-CN': '正在终止的端点不算就绪' },
  explains: {
    en: 'A Pod that is being stopped leaves the ready endpoints of its Service at once, so that no new connection goes to it.',
    'zh-CN': 'Pod 一旦开始终止，就立即离开其 Service 的就绪端点，不再有新连接发往它。',
  },
  start: (recorded) => ({ changed: (change) => judge(recorded, change) }),
}
