import { expect, test } from 'vitest'
import { Kernel } from '../../kernel/kernel.ts'
import type { Lever } from '../../kernel/machine-room.ts'
import { micros, seconds } from '../../kernel/micros.ts'
import type { Message, ProcessDefinition } from '../../kernel/process.ts'
import { hostName, processId } from '../../kernel/process.ts'
import type { TraceEvent } from '../../kernel/trace.ts'
import { clusterNetwork } from '../../net/network.ts'
import { cni } from '../cni/index.ts'
import type {
  CriCall,
  CriEventMessage,
  CriMethod,
  CriResult,
  CriResultMessage,
  PodSandboxConfig,
} from './cri.ts'
import { containerd } from './index.ts'

const RUNTIME = processId('containerd')
const CALLER = processId('caller')
const HOST = hostName('node-1')

type Ask = { readonly type: 'ask'; readonly id: number; readonly call: CriCall }
interface CallerState {
  readonly results: Record<number, CriResult>
  readonly events: string[]
}

const caller: ProcessDefinition<CallerState, unknown, Ask | CriResultMessage | CriEventMessage | Message> = {
  kind: 'caller',
  init: () => ({ results: {}, events: [] }),
  handle(state, { message }, context) {
    if (message.type === 'ask') {
      const { id, call } = message as Ask
      context.send(RUNTIME, { type: 'cri', id, call } as Message)
    } else if (message.type === 'cri-result') {
      const { id, result } = message as CriResultMessage
      state.results[id] = result
    } else if (message.type === 'cri-event') {
      const { event } = message as CriEventMessage
      state.events.push(event.kind === 'container' ? event.container.state : event.kind)
    }
  },
}

class Runtime {
  readonly trace: TraceEvent[] = []
  readonly kernel: Kernel
  private nextId = 1

  constructor(images: readonly string[] = []) {
    const definitions = [containerd, cni, caller] as readonly ProcessDefinition[]
    this.kernel = new Kernel({
      definitions: Object.fromEntries(definitions.map((definition) => [definition.kind, definition])),
      network: clusterNetwork([]),
      seed: 1,
      onEvent: (event) => this.trace.push(event),
    })
    this.kernel.addHost(HOST, 'node')
    this.kernel.spawn(processId('cni'), 'cni', HOST, { node: 'node-1' })
    this.kernel.spawn(RUNTIME, 'containerd', HOST, { node: 'node-1', cni: processId('cni'), images })
    this.kernel.spawn(CALLER, 'caller', HOST, {})
  }

  get state(): CallerState {
    return this.kernel.stateOf(CALLER) as CallerState
  }

  send(call: CriCall): number {
    const id = this.nextId++
    this.kernel.command(CALLER, { type: 'ask', id, call } as Message)
    return id
  }

  call<M extends CriMethod>(call: CriCall & { readonly method: M }): CriResult<M> {
    const id = this.send(call)
    while (this.state.results[id] === undefined) {
      if (this.kernel.nextAt() === undefined) throw new Error(`no answer to ${call.method}`)
      this.kernel.step()
    }
    return this.state.results[id] as CriResult<M>
  }

  /** The value of a call that succeeds. */
  must<M extends CriMethod>(
    call: CriCall & { readonly method: M },
  ): Extract<CriResult<M>, { ok: true }>['value'] {
    const result = this.call(call)
    if (!result.ok) throw new Error(result.error.message)
    return result.value
  }

  seconds(): number {
    return this.kernel.now / 1_000_000
  }
}

const config = (name: string, annotations: Record<string, string> = {}): PodSandboxConfig => ({
  metadata: { name, namespace: 'default', uid: name, attempt: 0 },
  hostname: name,
  labels: {},
  annotations,
  hostNetwork: false,
})

const PAUSE = 'registry.k8s.io/pause:3.10'

test('without a network no sandbox, and the status says why', () => {
  const runtime = new Runtime([PAUSE])
  expect(runtime.must({ method: 'Status' })).toMatchObject({
    networkReady: false,
    networkReason: 'NetworkPluginNotReady',
    networkMessage: 'Network plugin returns error: cni plugin not initialized',
  })
  const result = runtime.call({ method: 'RunPodSandbox', config: config('a') })
  expect(result).toMatchObject({
    ok: false,
    error: {
      message: expect.stringMatching(
        /^failed to setup network for sandbox "[0-9a-f]{64}": cni plugin not initialized$/,
      ),
    },
  })
  runtime.must({ method: 'UpdateRuntimeConfig', podCIDR: '10.244.1.0/24' })
  expect(runtime.must({ method: 'Status' }).networkReady).toBe(true)
  expect(runtime.call({ method: 'RunPodSandbox', config: config('a') }).ok).toBe(true)
})

test('a sandbox that is being made, or is there, is not made a second time', () => {
  const runtime = new Runtime([PAUSE])
  runtime.must({ method: 'UpdateRuntimeConfig', podCIDR: '10.244.1.0/24' })
  const first = runtime.send({ method: 'RunPodSandbox', config: config('a') })
  const reserved = (id: string) =>
    `failed to reserve sandbox name "a_default_a_0": name "a_default_a_0" is reserved for "${id}"`
  const second = runtime.call({ method: 'RunPodSandbox', config: config('a') })
  while (runtime.state.results[first] === undefined) runtime.kernel.step()
  const { sandboxes } = runtime.must({ method: 'ListPodSandbox' })
  expect(sandboxes).toHaveLength(1)
  const id = sandboxes[0]?.id ?? ''
  expect(second).toEqual({ ok: false, error: { code: 'Unknown', message: reserved(id) } })
  expect(runtime.call({ method: 'RunPodSandbox', config: config('a') })).toEqual(second)
  runtime.must({ method: 'RemovePodSandbox', sandboxId: id })
  expect(runtime.call({ method: 'RunPodSandbox', config: config('a') }).ok).toBe(true)
})

test('a container lives in its sandbox, ends on SIGTERM, and is removed with the sandbox', () => {
  const runtime = new Runtime([PAUSE, 'nginx'])
  runtime.must({ method: 'UpdateRuntimeConfig', podCIDR: '10.244.1.0/24' })
  runtime.must({ method: 'GetContainerEvents' })
  const sandboxConfig = config('web')
  const { sandboxId } = runtime.must({ method: 'RunPodSandbox', config: sandboxConfig })
  const container = { metadata: { name: 'app', attempt: 0 }, image: 'nginx' }
  const { containerId } = runtime.must({
    method: 'CreateContainer',
    sandboxId,
    config: container,
    sandboxConfig,
  })
  runtime.must({ method: 'StartContainer', containerId })
  expect(runtime.must({ method: 'ContainerStatus', containerId }).state).toBe('CONTAINER_RUNNING')
  expect(runtime.must({ method: 'PodSandboxStatus', sandboxId })).toMatchObject({ ip: '10.244.1.2' })
  runtime.must({ method: 'StopContainer', containerId, timeoutSeconds: 30 })
  expect(runtime.must({ method: 'ContainerStatus', containerId })).toMatchObject({
    state: 'CONTAINER_EXITED',
    exitCode: 0,
    reason: 'Completed',
  })
  runtime.must({ method: 'StopPodSandbox', sandboxId })
  runtime.must({ method: 'RemovePodSandbox', sandboxId })
  expect(runtime.must({ method: 'ListContainers' }).containers).toEqual([])
  expect(runtime.must({ method: 'ListPodSandbox' }).sandboxes).toEqual([])
  expect(runtime.state.events).toEqual([
    'sandbox',
    'CONTAINER_CREATED',
    'CONTAINER_RUNNING',
    'CONTAINER_EXITED',
    'sandbox',
    'removed',
    'removed',
  ])
})

/** A container whose start was asked for by one that crashed soon after. */
function abandonedStart() {
  const runtime = new Runtime([PAUSE, 'nginx'])
  runtime.must({ method: 'UpdateRuntimeConfig', podCIDR: '10.244.1.0/24' })
  const sandboxConfig = config('web')
  const { sandboxId } = runtime.must({ method: 'RunPodSandbox', config: sandboxConfig })
  const made = { metadata: { name: 'app', attempt: 0 }, image: 'nginx' }
  const { containerId } = runtime.must({ method: 'CreateContainer', sandboxId, config: made, sandboxConfig })
  runtime.send({ method: 'StartContainer', containerId })
  runtime.kernel.runUntil(micros(runtime.kernel.now + 10_000))
  const crash: Lever = { lever: 'crash', process: CALLER, reason: 'test', restartAfterMicros: micros(0) }
  runtime.kernel.inject('crash', CALLER, [crash], [], null)
  runtime.kernel.runUntil(micros(runtime.kernel.now + 1_000))
  return { runtime, sandboxId, containerId }
}

test('a container whose start nobody waits for any more does not run', () => {
  const { runtime, containerId } = abandonedStart()
  runtime.kernel.runUntil(micros(runtime.kernel.now + 2_000_000))
  expect(runtime.must({ method: 'ContainerStatus', containerId })).toMatchObject({
    state: 'CONTAINER_EXITED',
    exitCode: 128,
    reason: 'StartError',
  })
})

test('a start that nobody waits for does not bring back a container that was removed meanwhile', () => {
  const { runtime, sandboxId } = abandonedStart()
  runtime.must({ method: 'StopPodSandbox', sandboxId })
  runtime.must({ method: 'RemovePodSandbox', sandboxId })
  runtime.kernel.runUntil(micros(runtime.kernel.now + 2_000_000))
  expect(runtime.must({ method: 'ListContainers' }).containers).toEqual([])
})

test('an image takes its size at 40 MB/s, layers are fetched once, and two who want it share one pull', () => {
  const runtime = new Runtime()
  const timed = (image: string): number => {
    const from = runtime.seconds()
    runtime.must({ method: 'PullImage', image, sandboxConfig: config('x') })
    return runtime.seconds() - from
  }
  const nginx = timed('nginx')
  expect(nginx).toBeGreaterThan(72 / 40 + 0.3)
  expect(nginx).toBeLessThan(72 / 40 + 0.7)
  // The base layer of 28.2 MB is there already.
  expect(timed('redis')).toBeLessThan(22.4 / 40 + 0.7)
  expect(timed('nginx')).toBeLessThan(0.7)
  const pull = { method: 'PullImage', image: 'mongo', sandboxConfig: config('x') } as const
  const ids = [runtime.send(pull), runtime.send(pull)]
  runtime.kernel.runUntil(seconds(60))
  expect(ids.map((id) => runtime.state.results[id]?.ok)).toEqual([true, true])
  const pulls = runtime.trace.filter((e) => e.type === 'runtime' && 'step' in e && e.step === 'pull-started')
  expect(pulls.map((e) => ('image' in e ? e.image : ''))).toEqual(['nginx', 'redis', 'nginx', 'mongo'])
})

test('a program that is not in the image cannot be started', () => {
  const runtime = new Runtime([PAUSE, 'busybox'])
  runtime.must({ method: 'UpdateRuntimeConfig', podCIDR: '10.244.1.0/24' })
  const sandboxConfig = config('web')
  const { sandboxId } = runtime.must({ method: 'RunPodSandbox', config: sandboxConfig })
  const container = { metadata: { name: 'app', attempt: 0 }, image: 'busybox', command: ['nosuch'] }
  const { containerId } = runtime.must({
    method: 'CreateContainer',
    sandboxId,
    config: container,
    sandboxConfig,
  })
  expect(runtime.call({ method: 'StartContainer', containerId })).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('exec: "nosuch": executable file not found in $PATH') },
  })
  expect(runtime.must({ method: 'ContainerStatus', containerId })).toMatchObject({
    state: 'CONTAINER_EXITED',
    exitCode: 128,
    reason: 'StartError',
  })
})

test('what is not there is not found', () => {
  const runtime = new Runtime()
  for (const call of [
    { method: 'ContainerStatus', containerId: 'x' },
    { method: 'PodSandboxStatus', sandboxId: 'x' },
    { method: 'StartContainer', containerId: 'x' },
  ] as const)
    expect(runtime.call(call)).toMatchObject({ ok: false, error: { code: 'NotFound' } })
})
