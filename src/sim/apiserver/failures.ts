// Failures of the apiserver that have no constructor in the API machinery: what etcd says, passed on as it is.
import type { Status } from '../api/status.ts'
import { resourceExpired } from '../api/status.ts'

/** An error that is no API error: 500 with its text and no reason, as responsewriters.ErrorToAPIStatus makes it. */
export function plainFailure(message: string, code = 500): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code }
}

export function etcdFailure(error: string): Status {
  if (error.includes('mvcc: required revision has been compacted'))
    return resourceExpired('The resourceVersion for the provided list is too old.')
  return plainFailure(error)
}

/** A request that took longer than the server allows. */
export function requestTimedOut(verb: string, resource: string): Status {
  const message = `Timeout: request did not complete within the allotted timeout`
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message:
      verb === '' || resource === ''
        ? message
        : `the server was unable to return a response in the time allotted, but may still be processing the request (${verb} ${resource})`,
    reason: 'Timeout',
    details: {},
    code: 504,
  }
}
