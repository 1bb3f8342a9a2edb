// A node's state in words: what the record says about it, and whether its machine has power.

import type { StageView } from '../../worker/protocol.ts'
import { useTexts } from '../i18n/use-texts.ts'
import { useView } from '../store/view.ts'

export interface NodeWords {
  readonly host: StageView['hosts'][string]
  readonly node: StageView['nodes'][string] | undefined
  readonly ready: string | null
  /** Cordoned, and the keys of its taints: a card has no room for their effects. */
  readonly notes: readonly string[]
  /** All of it, as a screen reader says it. */
  readonly said: string
}

/** Null: the stage has no such host. */
export function useNodeWords(id: string): NodeWords | null {
  const texts = useTexts().stage
  const host = useView(({ stage }) => stage.hosts[id])
  const node = useView(({ stage }) => stage.nodes[id])
  if (host === undefined) return null
  const ready = node === undefined ? null : texts.ready[node.ready]
  const taints = (node?.taints ?? []).map((taint) => taint.replace('node.kubernetes.io/', ''))
  const cordoned = node?.unschedulable === true ? [texts.cordoned] : []
  const notes = [...cordoned, ...new Set(taints.map((taint) => taint.slice(0, taint.lastIndexOf(':'))))]
  const told = [...cordoned, ...taints]
  const said = [
    id,
    ready ?? '',
    host.up ? '' : texts.powerless,
    told.length > 0 ? texts.taints(told.join(' ')) : '',
  ]
    .filter((part) => part !== '')
    .join(', ')
  return { host, node, ready, notes, said }
}
