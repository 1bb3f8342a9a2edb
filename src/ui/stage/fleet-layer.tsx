// A large cluster's nodes and Pods: painted on one canvas, pointed at by arithmetic. What the pointer or the arrow keys
// stand on becomes a button for as long as they do, so that a fleet can be asked and acted on like anything else.

import './fleet.css'
import { useReactFlow, useStore, ViewportPortal } from '@xyflow/react'
import type { CSSProperties, KeyboardEvent } from 'react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { PodView } from '../../worker/protocol.ts'
import { useTexts } from '../i18n/use-texts.ts'
import { useView } from '../store/view.ts'
import { capacityOf, useFleetCanvas } from './fleet-canvas.ts'
import { FleetFaults } from './fleet-faults.tsx'
import { useFocus } from './fleet-focus.ts'
import { nodeState } from './fleet-painter.ts'
import type { Fleet } from './fleet-places.ts'
import { podGrid, podSquare, squareAt, tileAt, tileOf } from './fleet-places.ts'
import type { Curve, Point, Rect } from './geometry.ts'
import { bottomOf, centre, line, pathOf } from './geometry.ts'
import type { Layout } from './layout.ts'
import { fleetHead } from './layout.ts'
import { useNodeWords } from './node-words.ts'
import { podState } from './pod-state.ts'
import { podWords } from './pod-words.ts'
import { StageItem, useFaultNames } from './stage-item.tsx'

interface Props {
  readonly layout: Layout
  readonly fleet: Fleet
}

export function FleetLayer({ layout, fleet }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [walked, setWalked] = useState(0)
  useFleetCanvas(canvas, fleet)
  const pointed = usePointed(canvas, fleet)
  useFocus(fleet, pointed?.index ?? null, walked)
  const zoom = useStore(({ transform }) => transform[2])
  return (
    <>
      <div className="fleet" aria-hidden="true">
        <canvas ref={canvas} />
      </div>
      <ViewportPortal>
        <Trunks layout={layout} fleet={fleet} />
        <Summary fleet={fleet} />
        <div style={{ '--unzoom': 1 / zoom } as CSSProperties}>
          <FleetFaults fleet={fleet} />
          <Walker fleet={fleet} index={walked} onWalk={setWalked} />
          {pointed === null ? null : (
            <Spot key={`${pointed.index} ${pointed.square}`} fleet={fleet} {...pointed} />
          )}
        </div>
      </ViewportPortal>
    </>
  )
}

// ── pointing ────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Pointed {
  readonly index: number
  /** The place of a Pod's square; null: the node itself. */
  readonly square: number | null
}

function whatIsAt(fleet: Fleet, point: Point): Pointed | null {
  const index = tileAt(fleet, point)
  const { fleet: view } = useView.getState()
  if (index === null || view === null) return null
  const square = squareAt(podGrid(tileOf(fleet, index), capacityOf(view.looks)), point)
  const isPod = square !== null && square < (view.looks[index]?.length ?? 0)
  return { index, square: isPod ? square : null }
}

function usePointed(canvas: { readonly current: HTMLCanvasElement | null }, fleet: Fleet): Pointed | null {
  const [pointed, setPointed] = useState<Pointed | null>(null)
  const flow = useReactFlow()
  useEffect(() => {
    const picture = canvas.current?.closest<HTMLElement>('.react-flow')
    if (picture === null || picture === undefined) return
    const move = (event: globalThis.PointerEvent): void => {
      const next = whatIsAt(fleet, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }))
      setPointed((now) => (now?.index === next?.index && now?.square === next?.square ? now : next))
    }
    const leave = (): void => setPointed(null)
    picture.addEventListener('pointermove', move)
    picture.addEventListener('pointerdown', move)
    picture.addEventListener('pointerleave', leave)
    return () => {
      picture.removeEventListener('pointermove', move)
      picture.removeEventListener('pointerdown', move)
      picture.removeEventListener('pointerleave', leave)
    }
  }, [canvas, flow, fleet])
  return pointed
}

function Spot({ fleet, index, square }: Pointed & { readonly fleet: Fleet }) {
  const host = fleet.hosts[index] ?? ''
  // The Pod of a square is known a moment after its node is looked at.
  const pod = useView(({ stage }) => {
    const uid = square === null ? undefined : stage.berths[host]?.[square]
    return uid === undefined ? undefined : stage.pods[uid]
  })
  const capacity = useView((view) => (view.fleet === null ? 0 : capacityOf(view.fleet.looks)))
  const tile = tileOf(fleet, index)
  if (pod === undefined || square === null) return <NodeSpot host={host} index={index} rect={tile} />
  return <PodSpot pod={pod} rect={podSquare(podGrid(tile, capacity), square)} />
}

const placed = ({ x, y, width, height }: Rect) => ({ left: x, top: y, width, height })

function NodeSpot(props: { readonly host: string; readonly index: number; readonly rect: Rect }) {
  const texts = useTexts().stage
  const words = useNodeWords(props.host)
  const bits = useView(({ fleet }) => fleet?.states[props.index] ?? 0)
  const count = useView(({ fleet }) => fleet?.looks[props.index]?.length ?? 0)
  const { up, ready } = nodeState(bits)
  const { names: faults } = useFaultNames({ kind: 'host', name: props.host })
  const pods = texts.podsOf(count)
  const states = [ready === undefined ? null : texts.ready[ready], up ? null : texts.powerless]
  const said = [words?.said ?? [props.host, ...states], pods]
  return (
    <StageItem
      subject={{ kind: 'host', name: props.host }}
      name={said
        .flat()
        .filter((part) => part !== null)
        .join(', ')}
      className="fleet-spot"
      style={placed(props.rect)}
    >
      <span className="fleet-tip">
        <strong>{props.host}</strong>
        {[...states, pods, faults === '' ? null : texts.faulted(faults)]
          .filter((part) => part !== null)
          .join(' · ')}
      </span>
    </StageItem>
  )
}

function PodSpot({ pod, rect }: { readonly pod: PodView; readonly rect: Rect }) {
  const texts = useTexts().stage
  const hostUp = useView(({ stage }) => pod.node === null || (stage.hosts[pod.node]?.up ?? true))
  const says = podWords(podState(pod, hostUp), texts).join(', ')
  return (
    <StageItem
      subject={{ kind: 'pod', uid: pod.uid }}
      object={`pods/${pod.namespace}/${pod.name}`}
      name={texts.podName(pod.name, says, pod.node === null ? texts.withoutNode : texts.onNode(pod.node))}
      className="fleet-spot fleet-pod"
      style={placed(rect)}
    >
      <span className="fleet-tip">
        <strong>{pod.name}</strong>
        {says}
      </span>
    </StageItem>
  )
}

interface WalkerProps {
  readonly fleet: Fleet
  readonly index: number
  readonly onWalk: (index: number) => void
}

/** The tile that the arrow keys stand on: at first the first. */
function Walker({ fleet, index, onWalk }: WalkerProps) {
  const box = useRef<HTMLDivElement>(null)
  const hasMoved = useRef(false)
  const flow = useReactFlow()
  const host = fleet.hosts[index] ?? fleet.hosts[0] ?? ''
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus follows to the button of the new tile
  useEffect(() => {
    if (!hasMoved.current) return
    const { x, y } = centre(tileOf(fleet, index))
    const at = flow.flowToScreenPosition({ x, y })
    const space = box.current?.closest('.react-flow')?.getBoundingClientRect()
    const isSeen =
      space !== undefined &&
      at.x > space.left &&
      at.x < space.right &&
      at.y > space.top &&
      at.y < space.bottom
    if (!isSeen) flow.setCenter(x, y, { zoom: flow.getZoom() })
    box.current?.querySelector('button')?.focus({ preventScroll: true })
  }, [host])
  const walk = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -fleet.columns,
      ArrowDown: fleet.columns,
    }
    const step = steps[event.key]
    if (step === undefined || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return
    const next = index + step
    // Beyond the edge the stage's own arrow keys go on.
    if (next < 0 || next >= fleet.hosts.length) return
    event.preventDefault()
    event.stopPropagation()
    hasMoved.current = true
    onWalk(next)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside has the focus; its keys come by here
    <div ref={box} className="fleet-walker" onKeyDown={walk}>
      <NodeSpot key={host} host={host} index={index} rect={tileOf(fleet, index)} />
    </div>
  )
}

// ── what sums up ────────────────────────────────────────────────────────────────────────────────────────────────────

/** The watches of all nodes at one apiserver, as one line with their number. */
function Trunks({ layout, fleet }: Props) {
  const servers = useView(({ stage }) =>
    Object.values(stage.processes)
      .filter(({ kind }) => kind === 'kube-apiserver')
      .map(({ id }) => id)
      .join(' '),
  )
  const paths = useMemo(() => {
    const to = { x: centre(fleet.rect).x, y: fleet.rect.y - fleetHead }
    const edge = layout.controlPlane.y + layout.controlPlane.height
    return servers.split(' ').flatMap((id) => {
      const rect = layout.processes[id]
      if (rect === undefined) return []
      const low = { x: centre(rect).x, y: edge }
      const bend = (to.y - edge) * 0.7
      const across: Curve = {
        from: low,
        out: { x: low.x, y: low.y + bend },
        into: { x: to.x, y: to.y - bend },
        to,
      }
      return [{ id, path: pathOf([line(bottomOf(rect), low), across]) }]
    })
  }, [servers, layout, fleet])
  return (
    <svg className="fleet-trunks" width="1" height="1" aria-hidden="true">
      {paths.map(({ id, path }) => (
        <path key={id} className="link-watch" d={path.d} />
      ))}
    </svg>
  )
}

function Summary({ fleet }: { readonly fleet: Fleet }) {
  const texts = useTexts().stage
  const view = useView((all) => all.fleet)
  const notReady = useMemo(
    () => view?.states.reduce((sum, bits) => sum + (nodeState(bits).ready === 'True' ? 0 : 1), 0) ?? 0,
    [view],
  )
  if (view === null) return null
  return (
    <p
      className="fleet-sum"
      style={{ left: fleet.rect.x, top: fleet.rect.y - fleetHead, width: fleet.rect.width }}
    >
      <strong>{texts.fleetNodes(fleet.hosts.length)}</strong>
      {notReady === 0 ? null : <b>✕ {texts.fleetNotReady(notReady)}</b>}
      <span>{texts.watches(view.watches)}</span>
      <span>{texts.fleetPods(view.ready, view.pods)}</span>
    </p>
  )
}
