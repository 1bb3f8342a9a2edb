// Components from the inside: an etcd member, a process, a host or node, a connection.

import type { Inspection, ProcessView } from '../../../worker/protocol.ts'
import type { LateCatalogue } from '../../i18n/catalogue.ts'
import { useLateTexts } from '../../i18n/use-texts.ts'
import { select } from '../../store/selection.ts'
import { useView } from '../../store/view.ts'
import { formatCpu, formatMemory } from './amounts.ts'
import type { Fact } from './parts.tsx'
import { Facts, RowList, Section } from './parts.tsx'

type Of<Kind extends Inspection['kind']> = {
  readonly inspection: Extract<Inspection, { readonly kind: Kind }>
}

export function MemberBody({ inspection: { member, log } }: Of<'member'>) {
  const texts = useLateTexts().inspector
  const roleText = member.up ? `${member.role} (${texts.roles[member.role]})` : texts.down
  return (
    <>
      <p className="look-about">{texts.about.etcd}</p>
      <Facts
        facts={[
          [texts.role, roleText],
          [texts.term, member.term],
          [texts.vote, member.vote || texts.nobody],
          [texts.leader, member.leader || texts.nobody],
          [texts.lastIndex, member.lastIndex],
          [texts.commit, member.commit],
          [texts.applied, member.applied],
        ]}
      />
      <Section title={texts.log}>
        {log.length === 0 ? <p className="look-empty">{texts.logEmpty}</p> : <LogTable log={log} />}
      </Section>
    </>
  )
}

function LogTable({ log }: Pick<Of<'member'>['inspection'], 'log'>) {
  const texts = useLateTexts().inspector
  return (
    <div className="look-wide">
      <table className="look-log">
        <thead>
          <tr>
            <th scope="col">{texts.logIndex}</th>
            <th scope="col">{texts.logTerm}</th>
            <th scope="col">{texts.logEntry}</th>
            <th scope="col">{texts.logCommitted}</th>
          </tr>
        </thead>
        <tbody>
          {log.toReversed().map(({ index, term, label, committed, seq }) => (
            <tr key={index} data-committed={committed}>
              <td>{index}</td>
              <td>{term}</td>
              <td>
                {seq > 0 ? (
                  <button
                    type="button"
                    className="look-link mono"
                    onClick={() => select({ kind: 'event', seq })}
                  >
                    {label || texts.logNoOp}
                  </button>
                ) : (
                  <span className="mono">{label || texts.logNoOp}</span>
                )}
              </td>
              <td>
                <span aria-hidden="true">{committed ? '●' : '○'}</span>
                <span className="visually-hidden">{committed ? texts.logCommitted : texts.logOpen}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const aboutOf = (kind: string, about: LateCatalogue['inspector']['about']): string =>
  Object.entries(about).find(([name]) => name === kind)?.[1] ?? about.other

const stateOf = (process: ProcessView, texts: LateCatalogue['inspector']): string => {
  if (!process.up) return texts.down
  return process.frozen ? texts.frozen : texts.up
}

export function ProcessBody({ inspection: { process, watches, recent } }: Of<'process'>) {
  const texts = useLateTexts().inspector
  const { host, leader, says, saysSeq } = process
  const facts: Fact[] = [
    [texts.host, <SubjectLink key="host" text={host} onClick={() => select({ kind: 'host', name: host })} />],
    [texts.state, stateOf(process, texts)],
  ]
  if (leader !== null) facts.push([texts.role, leader ? texts.leads : texts.standsBy])
  if (says !== null)
    facts.push([
      texts.says,
      <SubjectLink key="says" text={says} onClick={() => select({ kind: 'event', seq: saysSeq })} />,
    ])
  return (
    <>
      <p className="look-about">{aboutOf(process.kind, texts.about)}</p>
      <Facts facts={facts} />
      <Section title={texts.watches}>
        {watches.length === 0 ? (
          <p className="look-empty">{texts.noWatches}</p>
        ) : (
          <Watches of={process.id} watches={watches} />
        )}
      </Section>
      <Recent recent={recent} />
    </>
  )
}

type WatchesProps = Pick<Of<'process'>['inspection'], 'watches'> & { readonly of: string }

/** A server's watches are told by who watches, a client's by whom it watches. */
function Watches({ of, watches }: WatchesProps) {
  const texts = useLateTexts().inspector
  const serves = watches.every(({ server }) => server === of)
  return (
    <table className="look-log">
      <thead>
        <tr>
          <th scope="col">{texts.resource}</th>
          <th scope="col">{serves ? texts.client : texts.server}</th>
          <th scope="col">{texts.received}</th>
        </tr>
      </thead>
      <tbody>
        {watches.map(({ key, resource, client, server, since, events }) => (
          <tr key={key}>
            <td>
              <SubjectLink text={resource} onClick={() => select({ kind: 'event', seq: since })} />
            </td>
            <td>{serves ? client : server}</td>
            <td>{events}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const Recent = ({ recent }: Pick<Of<'link'>['inspection'], 'recent'>) => {
  const texts = useLateTexts().inspector
  return (
    <Section title={texts.recent}>
      <RowList rows={recent.toReversed()} empty={texts.noRecent} label={texts.recent} />
    </Section>
  )
}

export const LinkBody = ({ inspection }: Of<'link'>) => <Recent recent={inspection.recent} />

function SubjectLink({ text, onClick }: { readonly text: string; readonly onClick: () => void }) {
  return (
    <button type="button" className="look-link" onClick={onClick}>
      {text}
    </button>
  )
}

export function HostBody({ inspection: { host, processes } }: Of<'host'>) {
  const texts = useLateTexts().inspector
  const node = useView(({ stage }) => stage.nodes[host.name])
  const pods = useView(({ stage }) => stage.pods)
  const here = Object.values(pods).filter((pod) => pod.node === host.name)
  const facts: Fact[] = [
    [texts.state, host.up ? texts.up : texts.down],
    [texts.hostRole, host.role],
  ]
  if (node !== undefined) {
    const { cpu, memory } = node
    facts.push(
      [texts.readyCondition, node.ready],
      [texts.schedulable, node.unschedulable ? texts.no : texts.yes],
      [texts.taints, node.taints.length === 0 ? '–' : node.taints.join(', ')],
      [texts.podCIDR, node.podCIDR ?? '–'],
      [texts.cpu, `${formatCpu(cpu.requested)} / ${formatCpu(cpu.allocatable)}`],
      [texts.memory, `${formatMemory(memory.requested)} / ${formatMemory(memory.allocatable)}`],
    )
  }
  return (
    <>
      <Facts facts={facts} />
      <Section title={texts.processes}>
        {processes.length === 0 && <p className="look-empty">{texts.noProcesses}</p>}
        <ul className="look-items">
          {processes.map((process) => (
            <li key={process.id}>
              <SubjectLink
                text={process.id}
                onClick={() =>
                  select(
                    process.kind === 'etcd'
                      ? { kind: 'member', id: process.id }
                      : { kind: 'process', id: process.id },
                  )
                }
              />{' '}
              <span className="look-row-way">{stateOf(process, texts)}</span>
            </li>
          ))}
        </ul>
      </Section>
      {node !== undefined && (
        <Section title={texts.podsHere(here.length, node.podCapacity)}>
          <ul className="look-items">
            {here.map((pod) => (
              <li key={pod.uid}>
                <SubjectLink
                  text={`${pod.namespace}/${pod.name}`}
                  onClick={() => select({ kind: 'pod', uid: pod.uid })}
                />{' '}
                <span className="look-row-way">{pod.reason ?? pod.phase}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  )
}
