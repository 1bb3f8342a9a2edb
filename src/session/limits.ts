// What comes from outside may be so large, and no larger: one place for every limit of a call, a link and a scenario file.
// docs/ARCHITECTURE.md tells the same to readers. YAML has its own, beside its reader (src/kubectl/bounded-yaml.ts).
import { MAX_FILE_BYTES } from '../worker/protocol.ts'

const HOUR_MICROS = 3_600_000_000

export const LIMITS = {
  /** A command line, in characters. */
  line: 8 * 1024,
  /** A manifest or scenario file, in characters. */
  file: MAX_FILE_BYTES,
  /** Files that one command line may be given, and their characters in all. */
  files: 64,
  allFiles: 2 * 1024 * 1024,
  /** A scenario's, a file's, a process's name. */
  name: 256,
  /** The fragment of a link, in characters, and the commands in it. */
  link: 64 * 1024,
  linkCommands: 1_000,
  /** How far beyond what has been simulated one call may go: a few seconds of work in a small cluster. */
  aheadMicros: 2 * HOUR_MICROS,
  /** How much a link may replay in all. */
  linkMicros: 6 * HOUR_MICROS,
  /** A text of a scenario, in characters, and a pattern in it. */
  text: 10_000,
  pattern: 200,
  /** Entries of each list of a scenario: operations, milestones, questions, expectations. */
  entries: 200,
  /** Nodes of a cluster: as many as Kubernetes promises to bear. */
  nodes: 5_000,
  /** Nodes, and Pods, of a large cluster that a page may look at closely. */
  focus: 200,
  /** The longest wait of a scenario, in microseconds, and how long its cluster may come to rest. */
  waitMicros: 2 * HOUR_MICROS,
  settleMicros: HOUR_MICROS / 6,
} as const
