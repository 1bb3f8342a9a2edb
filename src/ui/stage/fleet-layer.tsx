// A large cluster's nodes and Pods: painted on one canvas, pointed at by arithmetic. What the pointer or the arrow keys
// stand on becomes a button for as long as they do, so that a fleet can be asked and acted on like anything else.

import './fleet.css'
import { useReactFlow, useStore, useStoreApi, ViewportPortal } from '@xyflow/react'
import type { CSSProperties, KeyboardEvent } from 'react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { PodView, StageView } from '../../worker/protocol.ts'
import { useTexts } from '../i18n/use-texts.ts'
import { rememberLast } from '../store/remember-last.ts'
import { useSelection } from '../store/selection.ts'
import { useSettings } from '../store/settings.ts'
import { useView } from '../store/view.ts'
import type { Palette } from './fleet-painter.ts'
import { paintFleet } from './fleet-painter.ts'
import type { Fleet } from './fleet-places.ts'
import { capacityFor, podGrid, podSquare, squareAt, tileAt, tileOf } from './fleet-places.ts'
import type { Curve, Point, Rect } from './geometry.ts'
import { bottomOf, centre, line, pathOf } from './geometry.ts'
import type { Layout } from './layout.ts'
import { fleetHead } from './layout.ts'
import { useNodeWords } from './node-words.ts'
import { podState } from './pod-state.ts'
import { podWords } from './pod-words.ts'
import { StageItem } from './stage-item.tsx'

interface Props {
  readonly layout: Layout
  readonly fleet: Fleet
}

const podsByNode = rememberLast((pods: StageView['pods']): ReadonlyMap<string, readonly PodView[]> => {
  const groups = new Map<string, PodView[]>()
  for (const pod of Object.values(pods)) {
    if (pod.node === null) continue
    const group = groups.get(pod.node)
    if (group === undefined) groups.set(pod.node, [pod])
    else group.push(pod)
  }
  return groups
})

const capacityOf = rememberLast((pods: StageView['pods']): number =>
  capacityFor(Math.max(0, ...[...podsByNode(pods).values()].map((group) => group.length))),
)

export function FleetLayer({ layout, fleet }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null)
  usePainting(canvas, fleet)
  const pointed = usePointed(canvas, fleet)
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
          <Walker fleet={fleet} />
          {pointed === null ? null : (
            <Spot key={`${pointed.index} ${pointed.pod}`} fleet={fleet} {...pointed} />
          )}
        </div>
      </ViewportPortal>
    </>
  )
}

// ── painting ────────────────────────────────────────────────────────────────────────────────────────────────────────

function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element)
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    glass: colour('glass'),
    sunk: colour('sunk'),
    edge: colour('edge'),
    line: colour('line'),
    ink: colour('ink'),
    soft: colour('soft'),
    ok: colour('ok'),
    okBack: colour('ok-bg'),
    ghost: colour('ghost'),
    now: colour('now'),
    warn: colour('ctrl'),
    font: style.fontFamily,
  }
}

/** Hosts of what happens at the cursor. */
const hostsNow = rememberLast(
  (current: ReturnType<typeof useView.getState>['current']): ReadonlySet<string> =>
    new Set(
      current.flatMap(({ process, to }) =>
        [process, to ?? ''].filter((id) => id.includes('/')).map((id) => id.slice(0, id.indexOf('/'))),
      ),
    ),
)

function usePainting(canvas: { readonly current: HTMLCanvasElement | null }, fleet: Fleet): void {
  const flow = useStoreApi()
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d') ?? null
    if (element === null || context === null) return
    let request = 0
    const paint = (): void => {
      request = 0
      const { width, height, transform } = flow.getState()
      const scale = window.devicePixelRatio
      const [across, down] = [Math.round(width * scale), Math.round(height * scale)]
      if (element.width !== across) element.width = across
      if (element.height !== down) element.height = down
      context.setTransform(scale, 0, 0, scale, 0, 0)
      const { stage, current } = useView.getState()
      const { selected } = useSelection.getState()
      paintFleet(context, {
        fleet,
        stage,
        podsOn: podsByNode(stage.pods),
        capacity: capacityOf(stage.pods),
        view: { x: transform[0], y: transform[1], zoom: transform[2] },
        size: { width, height },
        now: hostsNow(current),
        chosen: {
          host: selected?.kind === 'host' ? selected.name : null,
          pod: selected?.kind === 'pod' ? selected.uid : null,
        },
        palette: paletteOf(element),
      })
    }
    const ask = (): void => {
      if (request === 0) request = requestAnimationFrame(paint)
    }
    ask()
    const stops = [
      flow.subscribe(ask),
      useSelection.subscribe(ask),
      useSettings.subscribe(ask),
      useView.subscribe((state, before) => {
        if (state.stage !== before.stage || state.current !== before.current) ask()
      }),
    ]
    const scheme = window.matchMedia('(prefers-color-scheme: dark)')
    scheme.addEventListener('change', ask)
    return () => {
      cancelAnimationFrame(request)
      scheme.removeEventListener('change', ask)
      for (const stop of stops) stop()
    }
  }, [canvas, flow, fleet])
}

// ── pointing ────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Pointed {
  readonly index: number
  /** The Pod's uid; null: the node itself. */
  readonly pod: string | null
}

function whatIsAt(fleet: Fleet, point: Point): Pointed | null {
  const index = tileAt(fleet, point)
  const host = index === null ? undefined : fleet.hosts[index]
  if (index === null || host === undefined) return null
  const { pods } = useView.getState().stage
  const square = squareAt(podGrid(tileOf(fleet, index), capacityOf(pods)), point)
  return { index, pod: square === null ? null : (podsByNode(pods).get(host)?.[square]?.uid ?? null) }
}

function usePointed(canvas: { readonly current: HTMLCanvasElement | null }, fleet: Fleet): Pointed | null {
  const [pointed, setPointed] = useState<Pointed | null>(null)
  const flow = useReactFlow()
  useEffect(() => {
    const picture = canvas.current?.closest<HTMLElement>('.react-flow')
    if (picture === null || picture === undefined) return
    const move = (event: globalThis.PointerEvent): void => {
      const next = whatIsAt(fleet, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }))
      setPointed((now) => (now?.index === next?.index && now?.pod === next?.pod ? now : next))
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

function Spot({ fleet, index, pod: uid }: Pointed & { readonly fleet: Fleet }) {
  const host = fleet.hosts[index] ?? ''
  const pods = useView(({ stage }) => podsByNode(stage.pods).get(host))
  const at = uid === null ? -1 : (pods?.findIndex((pod) => pod.uid === uid) ?? -1)
  const pod = pods?.[at]
  const capacity = useView(({ stage }) => capacityOf(stage.pods))
  const tile = tileOf(fleet, index)
  if (pod === undefined) return <NodeSpot host={host} rect={tile} pods={pods?.length ?? 0} />
  return <PodSpot pod={pod} rect={podSquare(podGrid(tile, capacity), at)} />
}

const placed = ({ x, y, width, height }: Rect) => ({ left: x, top: y, width, height })

function NodeSpot(props: { readonly host: string; readonly rect: Rect; readonly pods: number }) {
  const texts = useTexts().stage
  const words = useNodeWords(props.host)
  if (words === null) return null
  const pods = texts.podsOf(props.pods)
  return (
    <StageItem
      subject={{ kind: 'host', name: props.host }}
      name={`${words.said}, ${pods}`}
      className="fleet-spot"
      style={placed(props.rect)}
    >
      <span className="fleet-tip">
        <strong>{props.host}</strong>
        {[words.ready, words.host.up ? null : texts.powerless, pods]
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

/** The tile that the arrow keys stand on: at first the first. */
function Walker({ fleet }: { readonly fleet: Fleet }) {
  const [index, setIndex] = useState(0)
  const box = useRef<HTMLDivElement>(null)
  const hasMoved = useRef(false)
  const flow = useReactFlow()
  const host = fleet.hosts[index] ?? fleet.hosts[0] ?? ''
  const pods = useView(({ stage }) => podsByNode(stage.pods).get(host)?.length ?? 0)
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
    setIndex(next)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside has the focus; its keys come by here
    <div ref={box} className="fleet-walker" onKeyDown={walk}>
      <NodeSpot key={host} host={host} rect={tileOf(fleet, index)} pods={pods} />
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
  const notReady = useView(
    ({ stage }) => Object.values(stage.nodes).filter(({ ready }) => ready !== 'True').length,
  )
  const watches = useView(
    ({ stage }) => Object.values(stage.watches).filter(({ client }) => client.includes('/')).length,
  )
  const pods = useView(({ stage }) => Object.keys(stage.pods).length)
  const ready = useView(({ stage }) => Object.values(stage.pods).filter((pod) => pod.ready).length)
  return (
    <p
      className="fleet-sum"
      style={{ left: fleet.rect.x, top: fleet.rect.y - fleetHead, width: fleet.rect.width }}
    >
      <strong>{texts.fleetNodes(fleet.hosts.length)}</strong>
      {notReady === 0 ? null : <b>✕ {texts.fleetNotReady(notReady)}</b>}
      <span>{texts.watches(watches)}</span>
      <span>{texts.fleetPods(ready, pods)}</span>
    </p>
  )
}
