// The watches that are open between clients and servers, for checks of what is told on them. A watch is over when either
// end stops, or when what asked for it was lost.
import type { TraceEvent } from '../sim/kernel/trace.ts'

interface Ends {
  /** The `seq` of what asked for it. */
  readonly request: number
  readonly client: string
  readonly server: string
}

export class OpenStreams<S extends Ends> {
  private readonly byName = new Map<string, S>()

  open(id: number, stream: S): void {
    this.byName.set(nameOf(stream.client, stream.server, id), stream)
  }

  get(client: string, server: string, id: number): S | undefined {
    return this.byName.get(nameOf(client, server, id))
  }

  close(client: string, server: string, id: number): void {
    this.byName.delete(nameOf(client, server, id))
  }

  /** Takes in what is no message: what stopped, and what was lost. */
  see(event: TraceEvent): void {
    if (event.type === 'process' && 'step' in event && event.step === 'down')
      this.drop(({ client, server }) => client === event.target || server === event.target)
    else if (event.type === 'lost' && 'reason' in event) this.drop(({ request }) => request === event.message)
  }

  private drop(isOver: (stream: S) => boolean): void {
    for (const [name, stream] of this.byName) if (isOver(stream)) this.byName.delete(name)
  }
}

const nameOf = (client: string, server: string, id: number): string => `${client} ${server} ${id}`
