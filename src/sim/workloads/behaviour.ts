// What the process in a simulated container does: how long it takes to start, when it ends and how, what it uses, what
// it answers to probes. It follows from the image's name and the command; annotations on the Pod override it.
import { parseDuration } from '../api/duration.ts'
import type { Container, Labels, Probe } from '../api/objects.ts'
import { canonicalQuantity, milliValue, unitValue } from '../api/quantity.ts'
import { deepFreeze } from '../kernel/plain-data.ts'
import type { ImageProfile } from './image-catalogue.ts'
import { imageProfile, listedProfile } from './image-catalogue.ts'
import { parseImage } from './image-reference.ts'
import { shell } from './late-shell.ts'
import type { Execution, FileSpan, LogLine, Repeat } from './shell.ts'
import { startLines } from './start-lines.ts'

/** A value from a moment of the run on. */
export interface UsageStep {
  readonly afterSeconds: number
  readonly value: number
}

export interface Usage {
  /** Thousandths of a core. */
  readonly cpu: readonly UsageStep[]
  /** Bytes. */
  readonly memory: readonly UsageStep[]
}

export interface Behaviour {
  /** From the start of the process until it serves. */
  readonly startSeconds: number
  /** From the start of the process until it ends by itself; null: never. */
  readonly runSeconds: number | null
  readonly exitCode: number
  /** Why it ends when it ends by itself, where the exit code does not say it; empty: the code does. */
  readonly endReason: string
  /** False: it never answers a readiness probe well. */
  readonly ready: boolean
  /** Whether an annotation speaks of readiness: then it counts even without a readiness probe. */
  readonly readinessAnnotated: boolean
  readonly usage: Usage
  readonly pull: 'ok' | 'fail'
  readonly log: readonly LogLine[]
  /** What of the log comes again and again; null: nothing. */
  readonly repeat: Repeat | null
  readonly files: readonly FileSpan[]
  /** The ports it listens on; undefined: all. */
  readonly ports: readonly number[] | undefined
  /** How long it takes to end on SIGTERM; null: the process is PID 1 without a handler and ignores it. */
  readonly stopSeconds: number | null
  readonly stopExitCode: number
  /** Why the runtime cannot start it, in runc's words; empty when it can. */
  readonly startError: string
}

type ContainerShape = Pick<Container, 'image' | 'command' | 'args' | 'ports'> & {
  /** In bytes, where the container has one. */
  readonly memoryLimit?: number
}

const PREFIX = 'vitrine.sim/'
const FOREVER: Execution = { runSeconds: null, exitCode: 0, log: [], repeat: null, files: [] }

/** Whether annotations say when the Pod is ready, for containers that have no probe. */
export const isReadinessAnnotated = (annotations: Labels | undefined): boolean =>
  annotations !== undefined &&
  (secondsOf(annotations[`${PREFIX}start-seconds`]) !== undefined ||
    annotations[`${PREFIX}ready`] !== undefined)

// cache: how the processes of an image behave where nothing is said about them, by what is known of the image.
const usualBehaviours = new WeakMap<ImageProfile, Behaviour>()

export function containerBehaviour(container: ContainerShape, annotations: Labels | undefined): Behaviour {
  if (container.command !== undefined || isAnnotated(annotations)) return ownBehaviour(container, annotations)
  const { registry, name } = parseImage(container.image ?? '')
  const profile = registry.endsWith('.invalid') ? undefined : listedProfile(name)
  if (profile?.role !== 'server') return ownBehaviour(container, annotations)
  const known = usualBehaviours.get(profile)
  if (known !== undefined) return known
  const usual = deepFreeze(ownBehaviour({ image: name }, undefined))
  usualBehaviours.set(profile, usual)
  return usual
}

function isAnnotated(annotations: Labels | undefined): boolean {
  for (const name in annotations) if (name.startsWith(PREFIX)) return true
  return false
}

function ownBehaviour(container: ContainerShape, annotations: Labels | undefined): Behaviour {
  const image = container.image ?? ''
  const profile = imageProfile(image)
  const command = [...(container.command ?? []), ...(container.args ?? [])]
  const own =
    profile.role !== 'server' || (container.command !== undefined && shell.get().isUnderstood(command))
  const execution = own ? executionOf(profile.role, profile.runSeconds, command) : FOREVER
  const read = (name: string): string | undefined => annotations?.[PREFIX + name]
  const runSeconds = secondsOf(read('run-seconds'))
  const exitCode = integerOf(read('exit-code'))
  const startSeconds = secondsOf(read('start-seconds'))
  const log = read('log')
  const endsAnyway = runSeconds !== undefined || (exitCode !== undefined && execution.runSeconds === null)
  const endsAfter = endsAnyway ? (runSeconds ?? 1) : execution.runSeconds
  const memory = usageSteps(read('memory'), unitValue)
  const killedAfter = outOfMemoryAfter(memory, container.memoryLimit)
  const isKilled = killedAfter !== undefined && (endsAfter === null || killedAfter < endsAfter)
  return {
    startSeconds: startSeconds ?? (own ? 0 : profile.startSeconds),
    runSeconds: isKilled ? killedAfter : endsAfter,
    exitCode: isKilled ? 137 : (exitCode ?? execution.exitCode),
    endReason: isKilled ? 'OOMKilled' : '',
    ready: read('ready') !== 'false',
    readinessAnnotated: isReadinessAnnotated(annotations),
    usage: {
      cpu: usageSteps(read('cpu'), milliValue) ?? [{ afterSeconds: 0, value: profile.cpuMilli }],
      memory: memory ?? [{ afterSeconds: 0, value: profile.memoryBytes }],
    },
    pull: read('pull') === 'fail' || parseImage(image).registry.endsWith('.invalid') ? 'fail' : 'ok',
    log:
      log === undefined
        ? logOf(execution, image)
        : log.split('\n').map((line) => ({ afterSeconds: 0, line })),
    repeat: log === undefined ? execution.repeat : null,
    files: execution.files,
    ports: own ? [] : profile.ports,
    stopSeconds: own ? null : 0.1,
    stopExitCode: 0,
    startError: profile.role === 'shell' ? startErrorOf(container.command) : '',
  }
}

/** When the kernel's OOM killer ends a process whose annotation says what memory it uses; an image's own need is a guess. */
const outOfMemoryAfter = (
  memory: readonly UsageStep[] | undefined,
  limit: number | undefined,
): number | undefined =>
  limit === undefined ? undefined : memory?.find(({ value }) => value > limit)?.afterSeconds

/** An image that does what it is made for says so. */
const logOf = (execution: Execution, image: string): readonly LogLine[] =>
  execution.log.length > 0 ? execution.log : startLines(parseImage(image).name)

function executionOf(role: string, runSeconds: number, command: readonly string[]): Execution {
  if (role === 'job' && !shell.get().isUnderstood(command)) return { ...FOREVER, runSeconds }
  // Without a terminal a shell reads the end of its input at once, and ends.
  if (command.length === 0) return { ...FOREVER, runSeconds: 0 }
  const program = shell.get().programOf(command)
  if (program === 'node' || program === 'python' || program === 'python3' || program === 'go') return FOREVER
  return shell.get().execute(command)
}

function startErrorOf(command: readonly string[] | undefined): string {
  const program = command?.[0]
  if (program === undefined || program.includes('/') || shell.get().isUnderstood([program])) return ''
  if (['node', 'python', 'python3', 'go', 'curl', 'perl'].includes(program)) return ''
  return `exec: "${program}": executable file not found in $PATH`
}

/** Seconds, as a number or with a unit (`1.5`, `90s`, `2m`); undefined where it is neither. */
function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const micros = parseDuration(/^[0-9.]+$/.test(text) ? `${text}s` : text)
  return micros === undefined || micros < 0 ? undefined : micros / 1_000_000
}

function integerOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9]{1,3}$/.test(text) ? Number(text) : undefined
}

/** `200m`, or a list over time: `50m,200m@30s,50m@2m`. */
function usageSteps(
  text: string | undefined,
  amountOf: (quantity: string) => number,
): readonly UsageStep[] | undefined {
  if (text === undefined) return undefined
  const steps: UsageStep[] = []
  for (const part of text.split(',')) {
    const [amount = '', after = '0'] = part.trim().split('@')
    const afterSeconds = secondsOf(after)
    if (afterSeconds === undefined || canonicalQuantity(amount) === undefined) return undefined
    steps.push({ afterSeconds, value: amountOf(amount) })
  }
  return steps.sort((a, b) => a.afterSeconds - b.afterSeconds)
}

/** What a process that has run for so long uses. */
export function usageAt(steps: readonly UsageStep[], runSeconds: number): number {
  let value = steps[0]?.value ?? 0
  for (const step of steps) if (step.afterSeconds <= runSeconds) value = step.value
  return value
}

/** How long a container's preStop hook takes; Infinity: it does not end by itself. */
export function preStopSeconds({ lifecycle }: Pick<Container, 'lifecycle'>): number {
  const hook = lifecycle?.preStop
  if (hook?.exec !== undefined) return shell.get().execute(hook.exec.command ?? []).runSeconds ?? Infinity
  return hook?.sleep?.seconds ?? 0
}

export type ProbeKind = 'startup' | 'liveness' | 'readiness'
export interface ProbeAnswer {
  readonly ok: boolean
  /** What the prober would report, in the kubelet's words. */
  readonly output: string
}

/** How a process that has run for so long answers a probe. */
export function answerProbe(
  behaviour: Behaviour,
  container: ContainerShape,
  kind: ProbeKind,
  probe: Probe,
  podIP: string,
  runSeconds: number,
): ProbeAnswer {
  if (probe.exec !== undefined) {
    const exitCode = shell.get().executeInside(probe.exec.command ?? [], behaviour.files, runSeconds)
    const refused = kind === 'readiness' && !behaviour.ready
    return { ok: exitCode === 0 && !refused && runSeconds >= behaviour.startSeconds, output: '' }
  }
  const action = probe.httpGet ?? probe.tcpSocket ?? probe.grpc
  const port = portNumber(container, action?.port)
  const address = `${podIP}:${port}`
  const listens = behaviour.ports === undefined || behaviour.ports.includes(port)
  const refusal = `dial tcp ${address}: connect: connection refused`
  if (!listens || runSeconds < behaviour.startSeconds) {
    const path = probe.httpGet?.path ?? '/'
    return {
      ok: false,
      output: probe.httpGet === undefined ? refusal : `Get "http://${address}${path}": ${refusal}`,
    }
  }
  if (kind === 'readiness' && !behaviour.ready)
    return {
      ok: false,
      output: probe.httpGet === undefined ? refusal : 'HTTP probe failed with statuscode: 503',
    }
  return { ok: true, output: '' }
}

function portNumber(container: ContainerShape, port: string | number | undefined): number {
  if (typeof port === 'number') return port
  const named = container.ports?.find((candidate) => candidate.name === port)
  return named?.containerPort ?? Number(port ?? 0)
}
