// The parts of the picture that are there to be read, which a packet's label should not cover.

import type { StageView } from '../../worker/protocol.ts'
import { rememberLast } from '../store/remember-last.ts'
import type { Rect } from './geometry.ts'
import type { Layout } from './layout.ts'
import { placePods } from './pod-places.ts'

const frameTitle = 32

export const namesOn = rememberLast((layout: Layout, pods: StageView['pods']): readonly Rect[] => [
  ...Object.values(layout.processes),
  ...(layout.fleet === null ? Object.values(layout.nodes) : []).map(({ x, y, width }) => ({
    x: x + 50,
    y: y + 6,
    width: width - 100,
    height: 36,
  })),
  { ...layout.etcd, height: frameTitle },
  { ...layout.controlPlane, width: 110, height: frameTitle },
  { ...layout.shelf, y: layout.shelf.y + 20, height: layout.shelf.height - 20, width: layout.shelf.width },
  ...[...placePods(layout, pods).places.values()].map(({ rect }) => rect),
])
