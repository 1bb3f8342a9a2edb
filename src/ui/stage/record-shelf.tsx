// The shelf below etcd's members: workloads in a line each, and room for Pods that are recorded and have no node yet.

import { useTexts } from '../i18n/use-texts.ts'
import { useView } from '../store/view.ts'
import { StageItem } from './stage-item.tsx'

const rows = 3
const plurals: Readonly<Record<string, string>> = {
  Deployment: 'deployments',
  ReplicaSet: 'replicasets',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  Job: 'jobs',
  Service: 'services',
}

/** `kind/namespace/name` as the key under which the API serves it. */
export function objectKey(key: string): string {
  const [kind = '', ...rest] = key.split('/')
  return [plurals[kind] ?? `${kind.toLowerCase()}s`, ...rest].join('/')
}

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
            subject={{ kind: 'object', key: objectKey(workload.key) }}
            name={`${workload.kind} ${workload.name}, ${texts.ready3(workload.ready, workload.desired)}`}
            className={`workload${workload.deleting ? ' is-going' : ''}`}
            title={`${workload.key} · ${texts.ready3(workload.ready, workload.desired)}`}
          >
            <small>{workload.kind}</small>
            <span>{workload.name}</span>
            <b>
              {workload.current}/{workload.desired}
            </b>
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
