// A Pod twice: as it is recorded, and as it really is on its node. Most of Kubernetes is about closing the gap.

import type { ContainerView, PodView } from '../../../worker/protocol.ts'
import { useLateTexts } from '../../i18n/use-texts.ts'
import { formatCpu, formatMemory } from './amounts.ts'
import { Facts } from './parts.tsx'

/** The record says that it runs, and nothing does. */
const isGap = (pod: PodView): boolean => {
  const recordedRunning = pod.recorded && pod.phase === 'Running'
  const reallyRunning = pod.containers.some(({ state }) => state === 'running')
  return recordedRunning !== reallyRunning && (recordedRunning || (reallyRunning && !pod.recorded))
}

export function PodBody({ pod }: { readonly pod: PodView }) {
  const texts = useLateTexts().inspector
  return (
    <div className="look-pod">
      <section className="look-card" data-absent={!pod.recorded || undefined} aria-label={texts.record}>
        <h3>{texts.record}</h3>
        {pod.recorded ? (
          <Facts
            facts={[
              [texts.phase, pod.reason === null ? pod.phase : `${pod.phase} (${pod.reason})`],
              [texts.node, pod.node ?? texts.noNode],
              [texts.ip, pod.ip ?? '–'],
              [texts.readyIs, pod.ready ? texts.yes : texts.no],
              [texts.owner, pod.owner ?? '–'],
              [texts.requests, `${formatCpu(pod.requests.cpu)} · ${formatMemory(pod.requests.memory)}`],
            ]}
          />
        ) : (
          <p className="look-empty">{texts.recordGone}</p>
        )}
        {pod.deleting && <p className="look-refusal">{texts.deleting}</p>}
      </section>
      <Reality pod={pod} />
      {isGap(pod) && (
        <p className="look-gap">
          <span aria-hidden="true">≠</span> {texts.gap}
        </p>
      )}
    </div>
  )
}

function Reality({ pod }: { readonly pod: PodView }) {
  const texts = useLateTexts().inspector
  const isThere = pod.sandbox !== 'absent'
  return (
    <section className="look-card" data-absent={!isThere || undefined} aria-label={texts.reality}>
      <h3>{texts.reality}</h3>
      {!isThere && <p className="look-empty">{texts.sandbox.absent}</p>}
      {isThere && (
        <div className="look-sandbox">
          <p>
            <strong>{texts.sandbox[pod.sandbox]}</strong>
          </p>
          <p className="look-empty">{texts.sandboxOwns}</p>
          <ul className="look-namespaces">
            <li data-on={pod.sandbox === 'networked' || undefined}>
              <code>net</code> {texts.namespaces.net} · {pod.sandboxIp ?? texts.noNetwork}
            </li>
            <li data-on="true">
              <code>ipc</code> {texts.namespaces.ipc}
            </li>
            <li data-on="true">
              <code>uts</code> {texts.namespaces.uts}
            </li>
          </ul>
        </div>
      )}
      {pod.containers.length > 0 && (
        <ul className="look-containers">
          {pod.containers.map((container) => (
            <Container key={container.name} container={container} />
          ))}
        </ul>
      )}
    </section>
  )
}

const marks: Readonly<Record<ContainerView['state'], string>> = {
  absent: '○',
  pulling: '↓',
  created: '◐',
  running: '●',
  exited: '✕',
}

function Container({ container }: { readonly container: ContainerView }) {
  const texts = useLateTexts().inspector
  const { name, image, state, exitCode, restarts } = container
  const joined = state === 'created' || state === 'running'
  return (
    <li data-state={state}>
      <p>
        <span className="look-container-mark" aria-hidden="true">
          {marks[state]}
        </span>{' '}
        <strong>{name}</strong> · {texts.containerStates[state]}
        {exitCode !== null && ` · ${texts.exitCode(exitCode)}`}
        {restarts > 0 && ` · ${texts.restarts(restarts)}`}
      </p>
      <p className="look-row-way mono">{image}</p>
      {joined && <p className="look-empty">{texts.joins}</p>}
    </li>
  )
}
