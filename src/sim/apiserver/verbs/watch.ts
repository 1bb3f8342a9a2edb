// Opening a watch: from a revision, from now, or with the present objects first.
// Models apiserver/pkg/endpoints/handlers/get.go and cacher.go's Watch.

import { FieldPath, forbidden } from '../../api/field-errors.ts'
import type { HttpRequest } from '../../api/http.ts'
import type { KubeObject } from '../../api/objects.ts'
import { badRequest, invalidObject } from '../../api/status.ts'
import type { Task } from '../../kernel/task.ts'
import { openWatch, untilFresh } from '../effects.ts'
import type { ResourceCall } from '../request.ts'
import { phase, reject, rejectIn } from '../request.ts'
import { isTrue } from '../router.ts'
import type { Selection } from '../selection.ts'
import { parseSelection } from '../selection.ts'
import { currentRevision, readPage } from '../storage.ts'
import { acceptedForm } from '../table.ts'
import { objectOf } from '../versioned.ts'
import type { ObjectForm } from '../watcher.ts'

/** The response goes out with the watch's first events, so that there is none to return. */
export function* watch(call: ResourceCall): Task<null> {
  const { request, served, route } = call
  const { query } = request
  const parsed = parseSelection(served, route.namespace, query)
  if ('failure' in parsed) return reject(parsed.failure)
  const bookmarks = isTrue(query.allowWatchBookmarks)
  const streamsList = isTrue(query.sendInitialEvents)
  if (streamsList) yield* prepareStreamedList(call)
  const version = query.resourceVersion ?? ''
  if (version !== '' && !/^\d{1,15}$/.test(version))
    reject(badRequest(`invalid resourceVersion: "${version}"`))
  const fromNow = streamsList || version === '' || version === '0'
  yield* phase(call, 'storage', () => [
    fromNow ? 'begins with the present objects' : `begins after revision ${version}`,
  ])
  const present = fromNow && !served.cached ? yield* storedObjects(call, parsed.selection) : null
  yield* openWatch({
    client: call.client,
    id: call.id,
    request: call.seq,
    kind: served.id,
    selection: route.name === '' ? parsed.selection : onlyNamed(parsed.selection, route.name),
    from: present?.revision ?? (fromNow ? null : Number(version)),
    present: present?.objects ?? [],
    bookmarks,
    marksInitialEnd: streamsList && bookmarks,
    timeoutSeconds: secondsOf(query.timeoutSeconds),
    form: formOf(request),
  })
  return null
}

function formOf({ headers, query }: HttpRequest): ObjectForm {
  const form = acceptedForm(headers.accept)
  if (form !== 'table') return form
  const { includeObject } = query
  return includeObject === 'None' || includeObject === 'Object' ? `table ${includeObject}` : 'table Metadata'
}

/** A list sent as a watch is as fresh as a list would be. */
function* prepareStreamedList(call: ResourceCall): Task<void> {
  const { query } = call.request
  if (query.resourceVersionMatch !== 'NotOlderThan') {
    const path = FieldPath.root('resourceVersionMatch')
    const error = forbidden(path, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')
    reject(invalidObject({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [error]))
  }
  // What is read from etcd is new enough anyway.
  if (!call.served.cached) return
  const version = query.resourceVersion ?? ''
  if (version !== '' && version !== '0') return void (yield* untilFresh(call.served.id, Number(version)))
  if (version === '0') return
  const revision = yield* currentRevision(call.served.prefix)
  if (!revision.ok) return yield* rejectIn(call, 'storage', revision.status)
  yield* untilFresh(call.served.id, revision.value)
}

/** What etcd holds in the place that is watched, where no cache knows it. */
function* storedObjects(
  call: ResourceCall,
  { namespace }: Selection,
): Task<{ readonly objects: readonly KubeObject[]; readonly revision: number }> {
  const page = yield* readPage(call.served.prefix, namespace === '' ? '' : `${namespace}/`, '', 0, 0)
  if (!page.ok) return yield* rejectIn(call, 'storage', page.status)
  return { objects: page.value.kvs.map(objectOf), revision: page.value.revision }
}

function onlyNamed(selection: Selection, name: string): Selection {
  return {
    ...selection,
    fields: [...selection.fields, { field: 'metadata.name', value: name, negated: false }],
  }
}

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  const seconds = Number(text)
  return Number.isInteger(seconds) && seconds > 0 ? seconds : undefined
}
