// The shelf below etcd's members: workloads in a line each, and room for Pods that are recorded and have no node yet.

import type { WorkloadView } from '../../worker/protocol.ts'
import type { Catalogue } from '../i18n/catalogue.ts'
import { useTexts } from '../i18n/use-texts.ts'
import { useView } from '../store/view.ts'
import { StageItem } from './stage-item.tsx'

const rows = 3
/** kubectl's own short names. */
const shortKinds: Readonly<Record<string, string>> = {
  Deployment: 'deploy',
  ReplicaSet: 'rs',
  StatefulSet: 'sts',
  DaemonSet: 'ds',
  Service: 'svc',
}

/** A Service has no replicas to count. */
const sayWorkload = ({ kind, name, ready, desired }: WorkloadView, texts: Catalogue['stage']): string =>
  kind === 'Service' ? `${kind} ${name}` : `${kind} ${name}, ${texts.ready3(ready, desired)}`

export function RecordShelf() {
  const texts = useTexts().stage
  const workloads = useView(({ stage }) => stage.workloads)
  const waiting = useView(({ stage }) =>
    Object.values(stage.pods).some((pod) => pod.recorded && pod.node === null),
  )
  // The user's own come first; what keeps the cluster running can be read in the panels.
  const rank = (namespace: string): number => (namespace.startsWith('kube-') ? 1 : 0)
  const all = Object.values(workloads).sort(
    (a, b) => rank(a.namespace) - rank(b.namespace) || (a.key < b.key ? -1 : 1),
  )
  return (
    <div className="shelf">
      <span className="shelf-title">{texts.recorded}</span>
      <div className="shelf-workloads">
        {all.slice(0, all.length > rows ? rows - 1 : rows).map((workload) => (
          <StageItem
            key={workload.key}
            subject={{ kind: 'object', key: workload.key }}
            name={sayWorkload(workload, texts)}
            className={`workload${workload.deleting ? ' is-going' : ''}`}
            title={sayWorkload(workload, texts)}
          >
            <span>
              <small>{shortKinds[workload.kind] ?? workload.kind}/</small>
              {workload.name}
            </span>
            {workload.kind === 'Service' ? null : (
              <b>
                {workload.current}/{workload.desired}
              </b>
            )}
          </StageItem>
        ))}
        {all.length > rows ? (
          <small className="more">{texts.moreWorkloads(all.length - rows + 1)}</small>
        ) : null}
      </div>
      {waiting ? null : <span className="shelf-empty">{texts.nothingRecorded}</span>}
    </div>
  )
}
