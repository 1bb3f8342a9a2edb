// A worker thread of `vitrine fuzz`: plays the seeds that it is sent, one after the other.
import { parentPort, workerData } from 'node:worker_threads'
import { profiles } from '../fuzz/profiles.ts'
import { runSeed } from '../fuzz/seed.ts'
import { loadLateParts } from '../session/load-late-parts.ts'
import type { FromWorker, WorkerTask } from './fuzz-pool.ts'

const task = workerData as WorkerTask
const profile = profiles.get(task.profile)
if (parentPort === null || profile === undefined) throw new Error('this file is a worker of "vitrine fuzz"')
const port = parentPort
const send = (message: FromWorker): void => port.postMessage(message)

await loadLateParts()
port.on('message', (seed: number) => {
  const result = runSeed(seed, {
    profile,
    durationMicros: task.durationMicros,
    ...(task.shrinks ? {} : { shrinkTries: 0 }),
    clock: () => performance.now(),
    onProgress: (text) => send({ type: 'progress', text }),
  })
  send({ type: 'result', result })
})
send({ type: 'ready' })
