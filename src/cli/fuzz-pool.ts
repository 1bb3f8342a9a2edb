// Hands seeds out to worker threads, so that each processor plays its own. One job needs no thread.
import { Worker } from 'node:worker_threads'
import { profiles } from '../fuzz/profiles.ts'
import type { SeedResult } from '../fuzz/seed.ts'
import { runSeed } from '../fuzz/seed.ts'
import type { FuzzOptions } from './fuzz-options.ts'

export interface WorkerTask {
  readonly profile: string
  readonly durationMicros: number
  /** Whether a failing story is made small. */
  readonly shrinks: boolean
}

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly text: string }
  | { readonly type: 'result'; readonly result: SeedResult }

export interface Listener {
  onProgress(text: string): void
  /** False: no more seeds are wanted. */
  onResult(result: SeedResult): boolean
}

/** The worker's entry lies beside the bundle that this file is part of. */
const WORKER_ENTRY = 'fuzz-worker.js'

export async function runSeeds(options: FuzzOptions, listener: Listener): Promise<void> {
  const { profile, durationMicros, planted } = options
  const task: WorkerTask = { profile, durationMicros, shrinks: planted === undefined }
  const jobs = Math.min(options.jobs, options.seeds)
  if (jobs === 1) return runAlone(options, task, listener)
  let next = options.from
  const end = options.from + options.seeds
  let wanted = true
  const takeSeed = (): number | undefined => (wanted && next < end ? next++ : undefined)
  const onResult = (result: SeedResult): boolean => {
    wanted = listener.onResult(result) && wanted
    return wanted
  }
  await Promise.all(Array.from({ length: jobs }, () => runWorker(task, takeSeed, { ...listener, onResult })))
}

function runAlone({ from, seeds }: FuzzOptions, task: WorkerTask, listener: Listener): void {
  const profile = profiles.get(task.profile)
  if (profile === undefined) return
  for (let seed = from; seed < from + seeds; seed++) {
    const result = runSeed(seed, {
      profile,
      durationMicros: task.durationMicros,
      ...(task.shrinks ? {} : { shrinkTries: 0 }),
      clock: () => performance.now(),
      onProgress: listener.onProgress,
    })
    if (!listener.onResult(result)) return
  }
}

function runWorker(task: WorkerTask, takeSeed: () => number | undefined, listener: Listener): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(WORKER_ENTRY, import.meta.url), { workerData: task })
    const giveSeed = (): void => {
      const seed = takeSeed()
      if (seed === undefined) worker.terminate().then(() => resolve(), reject)
      else worker.postMessage(seed)
    }
    worker.on('error', reject)
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'progress') return listener.onProgress(message.text)
      if (message.type === 'result') listener.onResult(message.result)
      giveSeed()
    })
  })
}
