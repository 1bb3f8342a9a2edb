// What of a session is kept, by the size of its cluster: the one place where size decides anything. None of it changes
// what happens in the cluster, nor the digest; what is dropped is made again when somebody goes there.

/** Of more nodes than these no card could be read on a laptop: the page shows a fleet. */
export const MOST_CARDS = 15

export interface Scale {
  /** Nodes above which this no longer holds. */
  readonly nodes: number
  /** Events that are kept; older ones are dropped and counted. */
  readonly events: number
  /** Deliveries between checkpoints: going back replays at most so many where the checkpoints are all kept. */
  readonly deliveries: number
  /** Checkpoints that are kept. Of the older ones fewer and fewer. */
  readonly checkpoints: number
  /** Deliveries that may be handled again to answer one question: no more than a second's work. */
  readonly again: number
  /** Whether the cluster is checked while it runs: checks remember all that they judge. */
  readonly checked: boolean
  /** Whether messages are slowed down to be seen. With thousands of them at once time would stand still. */
  readonly taught: boolean
  /** The least time between two pictures while the simulation falls behind its clock, in milliseconds: both want the cores. */
  readonly pauseMillis: number
}

/** Beyond so many nodes controllers may ask as often as operators of large clusters let them. */
export const MANY_NODES = 500
const QPS = 20
const QPS_OF_MANY_NODES = 200

/** What has to be said about a topology of this size. */
export const apiQpsFor = (nodes: number): { readonly apiQps?: number } =>
  nodes > MANY_NODES ? { apiQps: QPS_OF_MANY_NODES } : {}

/** So often controllers write to a node until Pods may be put on it. */
const WRITES_A_NODE = 4.6

/** How long the nodes of a cluster take to become ready, in microseconds. */
export const readyMicros = (nodes: number): number =>
  10_000_000 + Math.round(((nodes * WRITES_A_NODE) / (apiQpsFor(nodes).apiQps ?? QPS)) * 1_000_000)

/** They take little, compared with most clusters. */
const EVENTS = 400_000
/** In the largest clusters that is less than there is between checkpoints: nothing is made again for a question. */
const AGAIN = 10_000

const scales: readonly Scale[] = [
  {
    nodes: MOST_CARDS,
    events: EVENTS,
    deliveries: 1_000,
    checkpoints: 400,
    again: AGAIN,
    checked: true,
    taught: true,
    pauseMillis: 0,
  },
  {
    nodes: 250,
    events: EVENTS,
    deliveries: 4_000,
    checkpoints: 100,
    again: AGAIN,
    checked: true,
    taught: true,
    pauseMillis: 0,
  },
  {
    nodes: 1_500,
    events: EVENTS,
    deliveries: 10_000,
    checkpoints: 32,
    again: AGAIN,
    checked: false,
    taught: false,
    pauseMillis: 100,
  },
]
/** With 150,000 Pods in it a tab has to get by with the 4 GB that engines give it, holes and garbage included. */
const largest: Scale = {
  nodes: Number.MAX_SAFE_INTEGER,
  events: EVENTS / 2,
  deliveries: 15_000,
  checkpoints: 9,
  again: AGAIN,
  checked: false,
  taught: false,
  pauseMillis: 400,
}

export const scaleOf = (nodes: number): Scale => scales.find((scale) => nodes <= scale.nodes) ?? largest
