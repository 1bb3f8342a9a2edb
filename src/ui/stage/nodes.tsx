// The nodes of the flow graph: frames, boxes of the control plane, chips and cards of nodes. Each reads its own entry.

import type { NodeProps, NodeTypes } from '@xyflow/react'
import { useTexts } from '../i18n/use-texts.ts'
import { useView } from '../store/view.ts'
import type { ProcessNode } from './ends.tsx'
import { Ends } from './ends.tsx'
import { MemberNode } from './member-node.tsx'
import { NodeCard } from './node-card.tsx'
import { useIsNow } from './now.ts'
import { RecordShelf } from './record-shelf.tsx'
import { StageItem } from './stage-item.tsx'

const colours: Readonly<Record<string, string>> = {
  kubectl: 'client',
  'kube-apiserver': 'api',
  'kube-controller-manager': 'ctrl',
  'kube-scheduler': 'sched',
  etcd: 'etcd',
}

const isKnownKind = <Kinds extends object>(
  kinds: Kinds,
  kind: string,
): kind is Extract<keyof Kinds, string> => Object.hasOwn(kinds, kind)

function ProcessBox({ data: { id } }: NodeProps<ProcessNode>) {
  const texts = useTexts().stage
  const process = useView(({ stage }) => stage.processes[id])
  const watches = useView(
    ({ stage, fleet }) =>
      Object.values(stage.watches).filter(
        ({ server, client }) => server === id && (fleet === null || !client.includes('/')),
      ).length + (fleet?.watches ?? 0),
  )
  const revision = useView(({ stage }) => stage.counters.revision ?? 0)
  const alone = useView(
    ({ stage }) => Object.values(stage.processes).filter(({ kind }) => kind === process?.kind).length < 2,
  )
  const now = useIsNow(id)
  if (process === undefined) return null
  const { kind, up, frozen, leader, says } = process
  const gloss = isKnownKind(texts.kinds, kind) ? texts.kinds[kind] : texts.kinds.other
  const state = up ? (frozen ? texts.frozen : '') : texts.down
  const title = alone
    ? kind.replace('kube-controller-manager', 'controller-manager')
    : id.replace('kube-', '')
  const isApi = kind === 'kube-apiserver'
  return (
    <>
      <Ends />
      <StageItem
        subject={{ kind: 'process', id }}
        name={[
          id,
          state,
          alone || leader === null ? '' : leader ? texts.leads : texts.standsBy,
          says ?? gloss,
        ]
          .filter((part) => part !== '')
          .join(', ')}
        className={`box box-${colours[kind] ?? 'other'}${up ? '' : ' is-down'}${frozen ? ' is-frozen' : ''}`}
        now={now}
      >
        <strong>
          {title}
          {alone || leader === null ? null : (
            <em className={leader ? 'leads' : ''}>{leader ? texts.leads : texts.standsBy}</em>
          )}
        </strong>
        <span className="box-says">{up ? (isApi ? gloss : (says ?? gloss)) : texts.down}</span>
        {isApi ? (
          <small>
            {texts.watches(watches)} · rv {revision}
          </small>
        ) : null}
        {up ? null : <Cross />}
      </StageItem>
    </>
  )
}

/** What is dead is crossed out, besides being grey and saying so. */
function Cross() {
  return (
    <svg className="cross" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M3 3 13 13M13 3 3 13" />
    </svg>
  )
}

function ProcessChip({ data: { id } }: NodeProps<ProcessNode>) {
  const texts = useTexts().stage
  const process = useView(({ stage }) => stage.processes[id])
  const now = useIsNow(id)
  if (process === undefined) return null
  const { kind, up, frozen, says } = process
  const gloss = isKnownKind(texts.kinds, kind) ? texts.kinds[kind] : texts.kinds.other
  const state = up ? (frozen ? texts.frozen : '') : texts.down
  return (
    <>
      <Ends />
      <StageItem
        subject={{ kind: 'process', id }}
        name={[id, state, says ?? gloss].filter((part) => part !== '').join(', ')}
        className={`chip${up ? '' : ' is-down'}${frozen ? ' is-frozen' : ''}`}
        now={now}
        title={says ?? gloss}
      >
        {kind}
      </StageItem>
    </>
  )
}

function ControlPlaneFrame() {
  const texts = useTexts().stage
  return (
    <div className="frame">
      <span className="frame-title">{texts.controlPlane}</span>
    </div>
  )
}

function Legend() {
  const texts = useTexts().stage
  return (
    <ul className="legend" aria-label={texts.legend}>
      <li className="legend-watch">{texts.legendWatch}</li>
      <li className="legend-request">{texts.legendRequest}</li>
      <li className="legend-ghost">{texts.legendGhost}</li>
    </ul>
  )
}

function EtcdFrame() {
  const texts = useTexts().stage
  const members = useView(({ stage }) => stage.members)
  const proposals = useView(({ stage }) => stage.proposals)
  const all = Object.values(members)
  const leader = all.find(({ up, role }) => up && role === 'leader')
  const newest = Object.values(proposals).reduce<(typeof proposals)[string] | null>(
    (best, proposal) => (best === null || proposal.index > best.index ? proposal : best),
    null,
  )
  const have = newest?.acknowledged.length ?? 0
  const need = Math.floor(all.length / 2) + 1
  return (
    <div className="frame">
      <span className="frame-title frame-title-etcd">
        etcd · {leader ? texts.term(leader.term) : <b className="warns">{texts.noLeader}</b>}
      </span>
      <span className="frame-note">
        {newest === null
          ? leader
            ? texts.committed(leader.commit)
            : ''
          : newest.committed
            ? texts.majorityReached(have, all.length, newest.index)
            : texts.majority(have, need, newest.index)}
      </span>
    </div>
  )
}

export const nodeTypes: NodeTypes = {
  controlPlane: ControlPlaneFrame,
  etcd: EtcdFrame,
  legend: Legend,
  shelf: RecordShelf,
  card: NodeCard,
  box: ProcessBox,
  chip: ProcessChip,
  member: MemberNode,
}
