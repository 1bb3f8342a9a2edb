// Pulls of images by the runtime: one download an image at a time, however many wait for it, and no layer twice.
import { formatDuration } from '../../api/duration.ts'
import type { Micros } from '../../kernel/micros.ts'
import { micros } from '../../kernel/micros.ts'
import type { Context, Message } from '../../kernel/process.ts'
import type { Outcome, Token } from '../../kernel/task.ts'
import { fullImageName, parseImage } from '../../workloads/index.ts'
import type { ImageOutcome, PodIdentity } from './effects.ts'
import type { ContainerdDisk } from './store.ts'
import { imageRecord, missingBytes } from './store.ts'

/** To resolve the name and fetch the manifest. */
const MANIFEST_MICROS = { base: 350_000, spread: 300_000 }
const BYTES_PER_SECOND = 40_000_000

export interface Pull {
  readonly startedAt: Micros
  readonly fails: boolean
  readonly pod: PodIdentity
  readonly image: string
  readonly waiting: { readonly token: Token; readonly cause: number }[]
}

export interface PulledMessage extends Message {
  readonly type: 'pulled'
  /** The full name. */
  readonly name: string
}

interface PullingState {
  readonly pulls: Record<string, Pull>
  readonly disk: ContainerdDisk
}

/** Has the image at once when it is stored and nobody has to be asked; else joins its pull, or begins one. */
export function requestImage(
  state: PullingState,
  want: {
    readonly image: string
    readonly fails: boolean
    readonly ask: boolean
    readonly pod: PodIdentity
  },
  token: Token,
  context: Context,
): Outcome {
  const name = fullImageName(want.image)
  const stored = state.disk.images[name]
  if (stored !== undefined && !want.ask) {
    const value: ImageOutcome = { ok: true, imageRef: stored.repoDigest, sizeBytes: stored.sizeBytes }
    return { value }
  }
  const running = state.pulls[name]
  if (running !== undefined) {
    running.waiting.push({ token, cause: context.cause })
    return 'pending'
  }
  const fails = want.fails || isUnreachable(context)
  const bytes = fails ? 0 : missingBytes(state.disk, want.image)
  context.cause = context.trace({
    type: 'runtime',
    step: 'pull-started',
    ...want.pod,
    image: want.image,
    text: fails ? `pulling ${name}` : `pulling ${name}: ${(bytes / 1_000_000).toFixed(1)} MB to fetch`,
  })
  state.pulls[name] = {
    startedAt: context.now,
    fails,
    pod: want.pod,
    image: want.image,
    waiting: [{ token, cause: context.cause }],
  }
  const manifest = MANIFEST_MICROS.base + MANIFEST_MICROS.spread * context.random()
  const done: PulledMessage = { type: 'pulled', name }
  const slow = context.impairment('image-pull-slow')
  const took = (manifest + (bytes * 1_000_000) / BYTES_PER_SECOND) * (typeof slow === 'number' ? slow : 1)
  context.timer(micros(took), done, { continues: true })
  return 'pending'
}

/** The names of registries cannot be resolved here. */
const isUnreachable = (context: Context): boolean => context.impairment('image-pull-failing') !== undefined

/** Ends a pull. The caller gives the outcome to those who wait, each with its own cause. */
export function finishPull(
  state: PullingState,
  name: string,
  context: Context,
): { readonly outcome: ImageOutcome; readonly waiting: Pull['waiting'] } | null {
  const pull = state.pulls[name]
  if (pull === undefined) return null
  delete state.pulls[name]
  const unreachable = isUnreachable(context)
  if (pull.fails || unreachable) {
    const message = failureText(name, unreachable)
    const text = `pulling ${name} failed: ${message}`
    trace(pull, 'pull-failed', text, context)
    return {
      outcome: {
        ok: false,
        error: { code: message.endsWith('not found') ? 'NotFound' : 'Unknown', message },
      },
      waiting: pull.waiting,
    }
  }
  const image = imageRecord(pull.image)
  state.disk.images[name] = image
  trace(pull, 'pull-finished', `${name} pulled in ${formatDuration(context.now - pull.startedAt)}`, context)
  return {
    outcome: { ok: true, imageRef: image.repoDigest, sizeBytes: image.sizeBytes },
    waiting: pull.waiting,
  }
}

function trace(pull: Pull, step: 'pull-finished' | 'pull-failed', text: string, context: Context): void {
  context.cause = context.trace({ type: 'runtime', step, ...pull.pod, image: pull.image, text })
}

function failureText(name: string, unreachable: boolean): string {
  const { registry, repository, tag, digest } = parseImage(name)
  const start = `failed to pull and unpack image "${name}": failed to resolve reference "${name}": `
  if (unreachable || registry.endsWith('.invalid')) {
    const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry
    const manifest = `https://${host}/v2/${repository}/manifests/${digest === '' ? tag : digest}`
    return `${start}failed to do request: Head "${manifest}": dial tcp: lookup ${host}: no such host`
  }
  return `${start}${name}: not found`
}
