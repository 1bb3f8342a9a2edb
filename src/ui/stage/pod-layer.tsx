// Pods. A card enters where it is recorded and moves to its node when it is bound; what it looks like tells what is
// really there: dashed nothing, outlined a sandbox, filled a running container.

import { AnimatePresence, domAnimation, LazyMotion, MotionConfig } from 'framer-motion'
import * as m from 'framer-motion/m'
import { useMemo } from 'react'
import type { ContainerView, PodView } from '../../worker/protocol.ts'
import { useTexts } from '../i18n/use-texts.ts'
import { useView } from '../store/view.ts'
import type { Layout } from './layout.ts'
import type { PodPlace } from './pod-places.ts'
import { placePods, waitingArea } from './pod-places.ts'
import type { PodState } from './pod-state.ts'
import { podState, shortPodName } from './pod-state.ts'
import { podWords } from './pod-words.ts'
import { StageItem } from './stage-item.tsx'

export function PodLayer({ layout }: { readonly layout: Layout }) {
  const texts = useTexts().stage
  const pods = useView(({ stage }) => stage.pods)
  const { places, more } = useMemo(() => placePods(layout, pods), [layout, pods])
  return (
    <div className="pods">
      <LazyMotion features={domAnimation} strict>
        <MotionConfig reducedMotion={layout.fleet === null ? 'user' : 'always'}>
          <AnimatePresence initial={false}>
            {Object.values(pods).map((pod) => {
              const place = places.get(pod.uid)
              return place === undefined ? null : <PodCard key={pod.uid} pod={pod} place={place} />
            })}
          </AnimatePresence>
        </MotionConfig>
      </LazyMotion>
      {Object.entries(more).map(([host, count]) => {
        const area = layout.berths[host] ?? waitingArea(layout.shelf)
        return (
          <small key={host} className="pods-more" style={{ left: area.x, top: area.y + area.height - 3 }}>
            {texts.morePods(count)}
          </small>
        )
      })}
    </div>
  )
}

const gentle = { type: 'spring', stiffness: 120, damping: 20, mass: 0.9 } as const

function PodCard({ pod, place }: { readonly pod: PodView; readonly place: PodPlace }) {
  const texts = useTexts().stage
  const hostUp = useView(({ stage }) => pod.node === null || (stage.hosts[pod.node]?.up ?? true))
  const state = podState(pod, hostUp)
  const { x, y, width, height } = place.rect
  const says = podWords(state, texts)
  return (
    <m.div
      className="pod-place"
      initial={{ x, y, width, height, opacity: 0, scale: 0.92 }}
      animate={{ x, y, width, height, opacity: 1, scale: 1 }}
      exit={{ opacity: 0, scale: 0.92, transition: { duration: 0.25 } }}
      transition={gentle}
    >
      <StageItem
        subject={{ kind: 'pod', uid: pod.uid }}
        object={`pods/${pod.namespace}/${pod.name}`}
        name={texts.podName(
          pod.name,
          says.join(', '),
          pod.node === null ? texts.withoutNode : texts.onNode(pod.node),
        )}
        className={classOf(state, place)}
        title={`${pod.namespace}/${pod.name}`}
      >
        {place.density === 'dot' ? null : <PodFace pod={pod} state={state} says={says} place={place} />}
      </StageItem>
    </m.div>
  )
}

function classOf(state: PodState, { density }: PodPlace): string {
  return [
    'pod',
    `pod-${density}`,
    `reality-${state.reality}`,
    state.gap ? 'is-gap' : '',
    state.terminating ? 'is-going' : '',
    state.remains ? 'is-remains' : '',
  ]
    .filter((name) => name !== '')
    .join(' ')
}

function PodFace(props: {
  readonly pod: PodView
  readonly state: PodState
  readonly says: readonly string[]
  readonly place: PodPlace
}) {
  const { pod, state, says, place } = props
  const roomy = place.density === 'card'
  return (
    <>
      {pod.sandbox === 'networked' && state.reality !== 'nothing' ? <span className="pod-wire" /> : null}
      <strong>{shortPodName(pod.name, place.rect.width - 18)}</strong>
      {roomy ? (
        <small className="pod-says">
          {state.gap ? (
            <>
              <span>{says[0]}</span>
              <b>{says[1]}</b>
            </>
          ) : (
            (state.ip ?? says[0])
          )}
        </small>
      ) : null}
      <span className="pod-containers">
        {state.reality === 'nothing' ? null : <i className="container-pause" />}
        {state.reality === 'nothing'
          ? null
          : pod.containers.map((container) => <Container key={container.name} container={container} />)}
        {pod.ready && !state.gap ? <i className="pod-ready">✓</i> : null}
      </span>
    </>
  )
}

const Container = ({ container }: { readonly container: ContainerView }) => (
  <i className={`container container-${container.state}`}>
    {container.restarts > 0 ? <small>↻{container.restarts}</small> : null}
  </i>
)
