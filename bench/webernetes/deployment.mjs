// The same Deployment on webernetes: prints one line of JSON with the CPU time from apply until every Pod is ready.
// Its clock is the machine's, so this takes as long as the Pods take to start.

import { BaseImage, Cluster } from '@ngrok/webernetes'

const [nodes = 3, pods = 100] = process.argv.slice(2).map(Number)

/** A container that does nothing until it is told to stop. */
class Idle extends BaseImage {
  static imageName = 'idle'
  static imageVersion = '1.0'
  defaultCommand = ['wait']

  /** @param {{ waitUntilKilled(): Promise<number> }} context */
  exec(context) {
    return context.waitUntilKilled()
  }
}

const cluster = new Cluster({ nodes })
cluster.registerImage(Idle)
await cluster.init()
const labels = { app: 'web' }
const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'idle:1.0' }] } }
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { replicas: pods, selector: { matchLabels: labels }, template },
}

const started = performance.now()
const before = process.cpuUsage()
await cluster.apply([deployment])
let ready = 0
while (ready < pods) {
  await new Promise((resolve) => setTimeout(resolve, 100))
  const found = await cluster.api.appsv1.readNamespacedDeployment({ name: 'web', namespace: 'default' })
  ready = found.status?.readyReplicas ?? 0
}
const { user, system } = process.cpuUsage(before)
const figures = {
  nodes,
  pods,
  cpuMsPerPod: (user + system) / 1000 / pods,
  wallSeconds: (performance.now() - started) / 1000,
  peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
}
process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0))
