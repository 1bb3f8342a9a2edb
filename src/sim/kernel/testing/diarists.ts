// Three processes that greet each other and keep a diary of what they hear, and what can be done to them.
import { clusterNetwork } from '../../net/network.ts'
import { Kernel } from '../kernel.ts'
import type { Lever } from '../machine-room.ts'
import { micros } from '../micros.ts'
import type { Message, ProcessDefinition } from '../process.ts'
import { hostName, processId } from '../process.ts'
import type { TraceEvent } from '../trace.ts'
import { isMessage } from '../trace.ts'

/** What a process that only keeps a diary has seen. */
export interface Diary {
  readonly life: number
  readonly received: {
    readonly type: string
    readonly from: string
    readonly seq: number
    readonly n: number
  }[]
  readonly resets: { readonly peer: string; readonly upTo: number }[]
  disk: { lives: number }
}
export type Note = Message & { n?: number; to?: string; after?: number; peer?: string; upTo?: number }

const diarist: ProcessDefinition<Diary> = {
  kind: 'diarist',
  pings: ['diarist'],
  init(_id, _config, { disk }) {
    const lives = ((disk as Diary['disk'] | undefined)?.lives ?? 0) + 1
    return { life: lives, received: [], resets: [], disk: { lives } }
  },
  handle(state, delivery, context) {
    const { type, n = 0, to = '', peer = '', upTo = 0 } = delivery.message as Note
    if (type === 'say') context.send(processId(to), { type: 'hello', n } as Message)
    else if (type === 'hello') {
      state.received.push({ type, from: delivery.from, seq: delivery.seq, n })
      context.send(delivery.from, { type: 'answer', n } as Message)
    } else if (type === 'answer') state.received.push({ type, from: delivery.from, seq: delivery.seq, n })
    else if (type === 'reset') state.resets.push({ peer, upTo })
  },
}

export class World {
  readonly events: TraceEvent[] = []
  readonly kernel = new Kernel({
    definitions: { diarist: diarist as ProcessDefinition },
    network: clusterNetwork([]),
    seed: 1,
    onEvent: (event) => this.events.push(event),
  })
  private said = 0

  constructor() {
    for (const name of ['a', 'b', 'c']) {
      this.kernel.addHost(hostName(`host-${name}`), 'node')
      this.kernel.spawn(processId(name), 'diarist', hostName(`host-${name}`), {})
    }
    this.run(10_000)
  }

  run(forMicros: number): this {
    this.kernel.runUntil(micros(this.kernel.now + forMicros))
    return this
  }

  /** Has one process greet another; returns the number of the greeting. */
  say(from: string, to: string): number {
    this.kernel.command(processId(from), { type: 'say', to, n: ++this.said } as Message)
    return this.said
  }

  diary(of: string): Diary | undefined {
    return this.kernel.stateOf(processId(of)) as Diary | undefined
  }

  heard(by: string, n: number): boolean {
    return this.diary(by)?.received.some((one) => one.type === 'hello' && one.n === n) === true
  }

  answered(to: string, n: number): boolean {
    return this.diary(to)?.received.some((one) => one.type === 'answer' && one.n === n) === true
  }

  resets(at: string): readonly string[] {
    return (this.diary(at)?.resets ?? []).map(({ peer }) => peer)
  }

  inject(levers: readonly Lever[], heal: readonly Lever[] = [], forMicros: number | null = null): string {
    return this.kernel.inject('test', 'target', levers, heal, forMicros)
  }

  crash(process: string, restartAfterMicros: number): string {
    return this.inject([
      { lever: 'crash', process: processId(process), reason: 'crashed', restartAfterMicros },
    ])
  }

  kill(process: string): string {
    return this.inject(
      [{ lever: 'crash', process: processId(process), reason: 'killed' }],
      [{ lever: 'start', process: processId(process) }],
    )
  }

  freeze(process: string): string {
    return this.inject(
      [{ lever: 'freeze', process: processId(process) }],
      [{ lever: 'thaw', process: processId(process) }],
    )
  }

  powerOff(of: string): string {
    const host = hostName(`host-${of}`)
    return this.inject([{ lever: 'power-off', host }], [{ lever: 'power-on', host }])
  }

  block(from: string, to: string): string {
    return this.inject(
      [{ lever: 'block', id: 'x', from: [`host-${from}`], to: [`host-${to}`] }],
      [{ lever: 'unlink', id: 'x' }],
    )
  }

  slow(process: string, micros: number): string {
    const id = 'slow'
    return this.inject(
      [{ lever: 'impair', id, process: processId(process), name: 'slow', value: micros }],
      [{ lever: 'mend', id, process: processId(process) }],
    )
  }

  cut(from: string, to: string): string {
    return this.inject([{ lever: 'cut', from: [`host-${from}`], to: [`host-${to}`] }])
  }

  lose(from: string, to: string, percent: number): string {
    return this.inject(
      [{ lever: 'lose', id: 'x', from: [`host-${from}`], to: [`host-${to}`], percent }],
      [{ lever: 'unlink', id: 'x' }],
    )
  }

  delay(from: string, to: string, extraMicros: number): string {
    return this.inject(
      [{ lever: 'delay', id: 'x', from: [`host-${from}`], to: [`host-${to}`], extraMicros }],
      [{ lever: 'unlink', id: 'x' }],
    )
  }
}

/** What a message of diarists says. */
export const noteOf = (event: TraceEvent): Note | undefined =>
  isMessage(event) ? (event.message as Note) : undefined
