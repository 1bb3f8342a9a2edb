// The import rules of docs/ARCHITECTURE.md as data, each with its reason. Paths end in `/` when they name a folder.

export interface Layer {
  readonly path: string
  /** What it may import, besides itself. */
  readonly imports: readonly string[]
  /** What it may import with `import type` only. */
  readonly types?: readonly string[]
  /** Packages and `node:` modules it may use; `*` allows every one. */
  readonly packages?: readonly string[]
  readonly why: string
}

const kernelAndApi = ['src/sim/kernel/', 'src/sim/api/']
const clusterParts = [
  ...kernelAndApi,
  ...['net', 'etcd', 'apiserver', 'client'].map((part) => `src/sim/${part}/`),
]
const belowSession = ['src/sim/', 'src/projections/', 'src/scenarios/', 'src/kubectl/', 'src/checks/']
const host = ['src/session/', ...belowSession]

/** A file belongs to the first layer whose path it lies under, and every file of `src` belongs to one. */
export const layers: readonly Layer[] = [
  {
    path: 'src/sim/kernel/',
    imports: [],
    packages: ['sorted-btree'],
    why: 'The kernel would run any simulation. If it knew Kubernetes, replay and checkpoints would depend on it too.',
  },
  {
    path: 'src/sim/api/',
    imports: ['src/sim/kernel/'],
    packages: ['kubernetes-types'],
    why: 'The API types are shared by every component, so they depend on none of them.',
  },
  {
    path: 'src/sim/net/',
    imports: kernelAndApi,
    why: 'A link carries messages without knowing the components at its ends.',
  },
  {
    path: 'src/sim/etcd/',
    imports: kernelAndApi,
    why: 'etcd is a key-value store that knows nothing of Kubernetes; only the apiserver talks to it.',
  },
  {
    path: 'src/sim/client/',
    imports: [...kernelAndApi, 'src/sim/net/'],
    why: 'A client reaches the apiserver over the network, never by a function call into it.',
  },
  {
    path: 'src/sim/apiserver/',
    imports: kernelAndApi,
    types: ['src/sim/etcd/'],
    why: 'The apiserver sends messages to etcd, so it needs their shape, but no code of the store.',
  },
  {
    path: 'src/sim/controllers/',
    imports: clusterParts,
    why: 'A controller sees the cluster through the API only, so that it can be killed, frozen or partitioned alone.',
  },
  {
    path: 'src/sim/scheduler/',
    imports: clusterParts,
    why: 'The scheduler is a client of the API like a controller; it meets nodes only as objects.',
  },
  {
    path: 'src/sim/workloads/',
    imports: clusterParts,
    why: 'What an image does depends on the image, not on the kubelet that runs it.',
  },
  {
    path: 'src/sim/node/',
    imports: [...clusterParts, 'src/sim/workloads/'],
    why: 'A node runs workloads; to the control plane it is a client of the API.',
  },
  {
    path: 'src/sim/faults/',
    imports: [
      ...clusterParts,
      ...['controllers', 'scheduler', 'node', 'workloads'].map((part) => `src/sim/${part}/`),
    ],
    why: 'A fault acts on components from outside; no component knows that faults exist.',
  },
  {
    path: 'src/sim/',
    imports: ['src/sim/'],
    why: 'Only the world, which builds a cluster from a topology, sees every part of it.',
  },
  {
    path: 'src/scenarios/',
    imports: [],
    types: ['src/'],
    why: 'A scenario is data: a lesson, a headless test and an end-to-end test at once.',
  },
  {
    path: 'src/projections/',
    imports: kernelAndApi,
    why: 'A view is a fold over the trace. If it could reach into a component, it would show what nobody could observe.',
  },
  {
    path: 'src/checks/',
    imports: kernelAndApi,
    types: ['src/sim/etcd/'],
    why: 'A check judges from outside. If it shared code with what it checks, both would be wrong together.',
  },
  {
    path: 'src/kubectl/',
    imports: [...kernelAndApi, 'src/sim/client/'],
    packages: ['yaml'],
    why: 'kubectl is a client of the API, as the real one is.',
  },
  {
    path: 'src/session/',
    imports: [...belowSession, 'src/worker/protocol.ts'],
    packages: ['yaml', 'zod'],
    why: 'The session runs in a page and in Node.js, so it knows neither.',
  },
  {
    path: 'src/worker/protocol.ts',
    imports: [],
    types: host,
    why: 'The page and its host share these types. With a run-time import the page would load the simulation.',
  },
  {
    path: 'src/worker/',
    imports: host,
    types: ['src/worker/protocol.ts'],
    packages: ['yaml'],
    why: 'The host of the session in the page.',
  },
  {
    path: 'src/server/',
    imports: [...host, 'src/worker/protocol.ts'],
    packages: ['*'],
    why: 'The twin of the worker for Node.js speaks the same protocol.',
  },
  {
    path: 'src/fuzz/',
    imports: host,
    types: ['src/worker/protocol.ts'],
    packages: ['yaml'],
    why: 'The random testing of whole sessions: what it finds is a scenario that a session plays.',
  },
  {
    path: 'src/cli/',
    imports: [...host, 'src/server/', 'src/fuzz/'],
    packages: ['*'],
    why: 'The command line is the composition root of Node.js: it starts a session or the server.',
  },
  {
    path: 'src/ui/',
    imports: ['src/worker/protocol.ts'],
    types: ['src/projections/', 'src/sim/api/'],
    packages: ['react', 'react-dom', '@xyflow/react', 'd3-selection', 'framer-motion', 'zustand', 'yaml'],
    why: 'The page holds view state only. Facts of the simulation come through the protocol, or replay would not hold.',
  },
  {
    path: 'src/main.tsx',
    imports: ['src/ui/', 'src/worker/protocol.ts'],
    packages: ['react', 'react-dom', '@fontsource-variable/inter', '@fontsource-variable/jetbrains-mono'],
    why: 'The composition root of the page joins the interface and the worker, and has no logic of its own.',
  },
]

/**
 * Folders of parts that are added and removed one by one. A part is a file or a folder of the same name; it imports no
 * sibling. `index.ts` lists the parts, and `runtime/` holds what they share.
 */
export const foldersOfParts: readonly { readonly path: string; readonly why: string }[] = [
  { path: 'src/sim/controllers/', why: 'Controllers meet in the API only, as the real ones do.' },
  { path: 'src/sim/scheduler/plugins/', why: 'The framework runs any set of plugins, in any profile.' },
  { path: 'src/sim/faults/', why: 'A fault is one entry, told apart from the others.' },
  { path: 'src/sim/apiserver/kinds/', why: 'A kind is one file and one line in the index.' },
  {
    path: 'src/sim/apiserver/admission/',
    why: 'An admission plugin can be switched off without breaking another.',
  },
  {
    path: 'src/ui/panels/',
    why: 'A panel is one folder; what panels share lies in design/, store/ and i18n/.',
  },
]

/** What a page must never load, however indirectly: the simulation runs in the worker. */
export const keptApart = {
  from: ['src/main.tsx', 'src/ui/'],
  to: ['src/sim/', 'src/session/', 'src/worker/worker.ts'],
  why: 'The simulation in the page would block it, and count against the size of its first load.',
} as const
