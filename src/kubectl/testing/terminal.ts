// A cluster that has come up, and a terminal at it, for tests of whole command lines.
import type { KernelOptions } from '../../sim/kernel/kernel.ts'
import { Kernel } from '../../sim/kernel/kernel.ts'
import { seconds } from '../../sim/kernel/micros.ts'
import type { ProcessDefinition } from '../../sim/kernel/process.ts'
import { hostName, processId } from '../../sim/kernel/process.ts'
import type { TraceEvent } from '../../sim/kernel/trace.ts'
import { clusterNetwork } from '../../sim/net/network.ts'
import { buildCluster, definitions } from '../../sim/world.ts'
import { runLine } from '../command-line.ts'
import { kubectlProcess } from '../kubectl.ts'

export interface Output {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number | undefined
}

export const KUBECTL = processId('kubectl')

/** A cluster that has come up, and a terminal at it. */
export class Terminal {
  readonly outputs = new Map<number, { stdout: string; stderr: string; exitCode: number | undefined }>()
  readonly events: TraceEvent[] = []
  readonly options: KernelOptions = {
    definitions: { ...definitions, kubectl: kubectlProcess(runLine) as ProcessDefinition },
    network: clusterNetwork(['laptop']),
    seed: 1,
    onEvent: (event) => this.note(event),
  }
  readonly kernel = new Kernel(this.options)

  constructor(nodes = 2) {
    const boot = buildCluster(this.kernel, { controlPlanes: 1, etcd: 1, nodes })
    this.kernel.addHost(hostName('laptop'), 'client')
    const config = { apiserver: processId('kube-apiserver-1'), user: 'kubernetes-admin' }
    if (!this.kernel.slots().some((slot) => slot.id === KUBECTL))
      this.kernel.spawn(KUBECTL, 'kubectl', hostName('laptop'), config, boot)
    this.run(30)
  }

  private note(event: TraceEvent): void {
    if (event.type !== 'output' || !('command' in event) || typeof event.command !== 'number') return
    const output = this.outputs.get(event.command) ?? { stdout: '', stderr: '', exitCode: undefined }
    output.stdout += event.stdout
    output.stderr += event.stderr
    output.exitCode = event.exitCode ?? output.exitCode
    this.outputs.set(event.command, output)
  }

  run(forSeconds: number): void {
    this.kernel.runUntil(seconds(this.kernel.now / 1_000_000 + forSeconds))
  }

  start(line: string, files: Record<string, string> = {}, stdin = ''): number {
    return this.kernel.command(KUBECTL, { type: 'kubectl', line, files, stdin } as never)
  }

  output(command: number): Output {
    return this.outputs.get(command) ?? { stdout: '', stderr: '', exitCode: undefined }
  }

  /** Runs until the command ends, or a minute is over. */
  type(line: string, files: Record<string, string> = {}, stdin = ''): Output {
    const command = this.start(line, files, stdin)
    const limit = this.kernel.now + 60_000_000
    while (this.output(command).exitCode === undefined && this.kernel.now < limit) this.kernel.step()
    return this.output(command)
  }
}

export const ok = (stdout: string): Output => ({ stdout, stderr: '', exitCode: 0 })
export const failed = (stderr: string): Output => ({ stdout: '', stderr, exitCode: 1 })

export const web = (image = 'nginx:1.29', more = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: nginx
        image: ${image}
${more}`
