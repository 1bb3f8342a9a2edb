// window.vitrine: the page for scripts and embedding. Each promise resolves when the page shows the result.

import type {
  CallAnswer,
  CallArguments,
  CallName,
  ClusterState,
  Direction,
  FaultSpec,
  OutputView,
  Position,
  RowPage,
  RowQuery,
  StepSize,
} from '../worker/protocol.ts'
import { parseMicros } from './app/page-address.ts'
import { call } from './store/host.ts'

export interface VitrineApi {
  /** Resolves when the scenario is open and shown; rejects when the simulation cannot start. */
  readonly ready: Promise<void>
  kubectl(line: string, files?: Readonly<Record<string, string>>): Promise<OutputView>
  step(size?: StepSize, direction?: Direction): Promise<void>
  /** A position of the protocol, a milestone's id, or microseconds of virtual time; `{at}` also takes "40s", "1m30s". */
  seek(position: GivenPosition): Promise<void>
  play(speed?: number): Promise<void>
  pause(): Promise<void>
  fault(spec: FaultSpec): Promise<{ readonly id: string }>
  heal(id: string): Promise<void>
  state(): Promise<ClusterState>
  events(filter?: Partial<RowQuery>): Promise<RowPage>
  digest(): Promise<string>
}

declare global {
  interface Window {
    vitrine?: VitrineApi
  }
}

/** Two frames of the screen: React has drawn what the store holds by the first, and it is painted by the second. */
const painted = (): Promise<void> =>
  new Promise((resolve) => {
    // A hidden page paints nothing, and must not keep its callers waiting.
    if (document.hidden) setTimeout(resolve, 0)
    else requestAnimationFrame(() => requestAnimationFrame(() => resolve()))
  })

/** The arguments are whatever a script gave, one too many included: the host judges them. */
async function shown<Name extends CallName>(
  name: Name,
  ...args: readonly unknown[]
): Promise<CallAnswer<Name>> {
  const answer = await call(name, ...(args as CallArguments<Name>))
  await painted()
  return answer
}

const isRecord = (value: unknown): value is object => typeof value === 'object' && value !== null

type GivenPosition = Position | { readonly at: string } | string | number

/** What is no position is left as it is: the host says what is wrong with it. */
function asPosition(position: GivenPosition): Position {
  if (typeof position === 'number') return { at: position }
  if (typeof position !== 'string') {
    if (!isRecord(position) || !('at' in position) || typeof position.at !== 'string')
      return position as Position
    return { at: parseMicros(position.at) ?? Number.NaN }
  }
  return position === 'start' || position === 'head' ? { end: position } : { step: position }
}

export function installAutomation(opened: Promise<void>): void {
  const ready = opened.then(painted)
  // Whoever waits for `ready` hears of a failure; nobody has to wait for it.
  ready.catch(() => undefined)
  window.vitrine = {
    ready,
    kubectl: (line, files, ...more: unknown[]) =>
      shown('kubectl', files === undefined ? { line } : { line, files }, ...more),
    step: async (size = 'message', direction = 1, ...more: unknown[]) => {
      await shown('step', { size, direction }, ...more)
    },
    seek: async (position, ...more: unknown[]) => {
      await shown('seek', asPosition(position), ...more)
    },
    play: async (speed, ...more: unknown[]) => {
      await shown('play', speed === undefined ? {} : { speed }, ...more)
    },
    pause: async (...more: unknown[]) => {
      await shown('pause', ...more)
    },
    fault: (...spec: unknown[]) => shown('fault', ...spec),
    heal: async (...id: unknown[]) => {
      await shown('heal', ...id)
    },
    state: (...more: unknown[]) => shown('state', ...more),
    events: async (filter = {}, ...more: unknown[]) =>
      shown('events', isRecord(filter) ? { level: 'story', limit: 200, ...filter } : filter, ...more),
    digest: (...more: unknown[]) => shown('digest', ...more),
  }
}
