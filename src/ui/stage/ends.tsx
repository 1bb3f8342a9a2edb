// The ends of edges on a node of the flow graph. Edges need them; the page draws its own paths, so they are never seen.

import type { Node } from '@xyflow/react'
import { Handle, Position } from '@xyflow/react'

/** A node that stands for the process, member or host of this id. */
export type ProcessNode = Node<{ readonly id: string }>

export function Ends() {
  return (
    <>
      <Handle type="source" position={Position.Right} isConnectable={false} className="stage-end" />
      <Handle type="target" position={Position.Left} isConnectable={false} className="stage-end" />
    </>
  )
}
