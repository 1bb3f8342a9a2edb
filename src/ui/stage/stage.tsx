// The stage: the cluster as a picture that is drawn from the view alone. It fits itself to its space; zoom and pan are
// the reader's. Arrow keys go from thing to thing.

import '@xyflow/react/dist/base.css'
import './stage.css'
import type { Node } from '@xyflow/react'
import { Panel, ReactFlow, ReactFlowProvider, useReactFlow, ViewportPortal } from '@xyflow/react'
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { useTexts } from '../i18n/use-texts.ts'
import { select } from '../store/selection.ts'
import { moveFocus } from './arrow-focus.ts'
import type { Rect } from './geometry.ts'
import { edgeTypes, useLinks } from './links.tsx'
import { nodeTypes } from './nodes.tsx'
import { PacketLayer } from './packet-layer.tsx'
import { StageMenuLayer } from './stage-menu-layer.tsx'
import type { Plan } from './topology.ts'
import { usePlan } from './topology.ts'

// What moves Pods is large, and a cluster at rest stands without it.
const PodLayer = lazy(() => import('./pod-layer.tsx').then((module) => ({ default: module.PodLayer })))
// Small clusters never need it.
const FleetLayer = lazy(() => import('./fleet-layer.tsx').then((module) => ({ default: module.FleetLayer })))
/** The library describes keys that do nothing here, in English only. */
const silent = {
  'node.a11yDescription.default': '',
  'node.a11yDescription.keyboardDisabled': '',
  'edge.a11yDescription.default': '',
}
const fitOptions = { padding: 0.035, maxZoom: 1.6, minZoom: 0.2 } as const

export function Stage() {
  const texts = useTexts().stage
  const box = useRef<HTMLElement>(null)
  const size = useSize(box)
  return (
    <>
      <section
        ref={box}
        id="stage"
        className="stage"
        aria-label={texts.stage}
        onKeyDown={(event) => moveFocus(event.nativeEvent, event.currentTarget)}
      >
        <ReactFlowProvider>
          {size === null ? null : <Picture width={size.width} height={size.height} />}
        </ReactFlowProvider>
      </section>
      <StageMenuLayer />
    </>
  )
}

interface Size {
  readonly width: number
  readonly height: number
}

function useSize(box: { readonly current: HTMLElement | null }): Size | null {
  const [size, setSize] = useState<Size | null>(null)
  useEffect(() => {
    if (box.current === null) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return
      const { width, height } = entry.contentRect
      if (width > 0 && height > 0) setSize({ width, height })
    })
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [box])
  return size
}

function Picture({ width, height }: Size) {
  const texts = useTexts().stage
  const plan = usePlan(width / height)
  const nodes = useMemo(() => nodesOf(plan), [plan])
  const edges = useLinks(plan.layout)
  const flow = useReactFlow()
  // A new plan or a new space is fitted at once; what the reader zoomed to is kept otherwise.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the size is why it has to be fitted again
  useEffect(() => {
    const { width: across, height: down } = plan.layout
    flow.fitBounds({ x: 0, y: 0, width: across, height: down }, { padding: fitOptions.padding })
  }, [flow, plan, width, height])
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      nodesDraggable={false}
      nodesConnectable={false}
      nodesFocusable={false}
      edgesFocusable={false}
      elementsSelectable={false}
      disableKeyboardA11y
      ariaLabelConfig={silent}
      deleteKeyCode={null}
      selectionKeyCode={null}
      multiSelectionKeyCode={null}
      zoomOnDoubleClick={false}
      minZoom={fitOptions.minZoom}
      maxZoom={plan.layout.fleet === null ? 4 : 24}
      proOptions={{ hideAttribution: true }}
      onPaneClick={() => select(null)}
    >
      <ViewportPortal>
        <Suspense fallback={null}>
          <PodLayer layout={plan.layout} />
        </Suspense>
        <PacketLayer layout={plan.layout} />
      </ViewportPortal>
      {plan.layout.fleet === null ? null : (
        <Suspense fallback={null}>
          <FleetLayer layout={plan.layout} fleet={plan.layout.fleet} />
        </Suspense>
      )}
      <Panel position="top-left" className="stage-tools">
        <div className="zoom">
          <button
            type="button"
            aria-label={texts.zoomOut}
            title={texts.zoomOut}
            onClick={() => flow.zoomOut()}
          >
            −
          </button>
          <button
            type="button"
            aria-label={texts.fit}
            title={texts.fit}
            onClick={() =>
              flow.fitBounds(
                { x: 0, y: 0, width: plan.layout.width, height: plan.layout.height },
                { padding: fitOptions.padding },
              )
            }
          >
            ⤢
          </button>
          <button type="button" aria-label={texts.zoomIn} title={texts.zoomIn} onClick={() => flow.zoomIn()}>
            +
          </button>
        </div>
      </Panel>
    </ReactFlow>
  )
}

function nodesOf({ topology, layout }: Plan): Node[] {
  const node = (id: string, type: string, rect: Rect, zIndex: number): Node => ({
    id,
    type,
    position: { x: rect.x, y: rect.y },
    width: rect.width,
    height: rect.height,
    zIndex,
    domAttributes: { 'aria-roledescription': undefined },
    // The flow graph lets the pointer through what cannot be dragged or chosen by it; the buttons inside want it.
    style: { pointerEvents: zIndex === -2 ? 'none' : 'all' },
    data: { id },
  })
  const typeOf = (id: string, kind: string): string =>
    kind === 'etcd'
      ? 'member'
      : layout.nodes[id.slice(0, Math.max(0, id.indexOf('/')))] !== undefined
        ? 'chip'
        : 'box'
  return [
    node('frame control plane', 'controlPlane', layout.controlPlane, -2),
    node('frame etcd', 'etcd', layout.etcd, -2),
    node('shelf', 'shelf', layout.shelf, 1),
    ...(layout.legend === null ? [] : [node('legend', 'legend', layout.legend, -2)]),
    ...(layout.fleet === null ? Object.entries(layout.nodes) : [])
      .map(([host, rect]) => node(`host ${host}`, 'card', rect, -1))
      .map((card) => ({
        ...card,
        data: { id: card.id.slice('host '.length) },
      })),
    ...topology.processes.flatMap(({ id, kind }) => {
      const rect = layout.processes[id]
      return rect === undefined ? [] : [node(id, typeOf(id, kind), rect, 1)]
    }),
  ]
}
