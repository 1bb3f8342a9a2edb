// Which containers really run, as the container runtimes tell it. They survive their runtime and their kubelet, but not
// their node's power.
import type { RecordedEvent, TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'

export type RuntimeEvent = RecordedEvent & { readonly type: 'runtime' }

/** The events that `RunningContainers.see` wants. */
export const RUNTIME_EVENTS: readonly string[] = ['runtime', 'host']

/** `node-1/containerd` works on `node-1`. */
export const nodeOf = (process: string): string => process.slice(0, process.indexOf('/'))

export class RunningContainers {
  /** By the Pod's uid and the container's name: the node. */
  private readonly byPod = new Map<string, Map<string, string>>()

  /** To be called after looking at what ran before. */
  see(event: TraceEvent): void {
    if (isMessage(event)) return
    if (event.type === 'host' && event.step === 'down') this.lose(event.target)
    if (event.type !== 'runtime' || event.container === undefined) return
    if (event.step === 'container-started') this.start(event.uid, event.container, nodeOf(event.process))
    else if (event.step === 'container-exited') this.end(event.uid, event.container, nodeOf(event.process))
  }

  /** Container to node. */
  of(uid: string): ReadonlyMap<string, string> | undefined {
    return this.byPod.get(uid)
  }

  private start(uid: string, container: string, node: string): void {
    const known = this.byPod.get(uid)
    if (known === undefined) this.byPod.set(uid, new Map([[container, node]]))
    else known.set(container, node)
  }

  private end(uid: string, container: string, node: string): void {
    const known = this.byPod.get(uid)
    if (known?.get(container) !== node) return
    known.delete(container)
    if (known.size === 0) this.byPod.delete(uid)
  }

  private lose(node: string): void {
    for (const [uid, containers] of this.byPod)
      for (const [container, where] of containers) if (where === node) this.end(uid, container, node)
  }
}
