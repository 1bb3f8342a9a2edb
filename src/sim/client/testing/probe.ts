// A process around a client, for tests: it keeps what its informers and tasks tell it.
import { isRequest } from '../../api/messages.ts'
import type { Pod } from '../../api/objects.ts'
import { NODES, PODS } from '../../api/resources.ts'
import { Kernel } from '../../kernel/kernel.ts'
import { micros, seconds } from '../../kernel/micros.ts'
import type { Message, ProcessDefinition } from '../../kernel/process.ts'
import { hostName, processId } from '../../kernel/process.ts'
import type { Task, TaskTable } from '../../kernel/task.ts'
import { TaskRunner, taskTable } from '../../kernel/task.ts'
import type { TraceEvent } from '../../kernel/trace.ts'
import { clusterNetwork } from '../../net/network.ts'
import type { ClientState } from '../client.ts'
import { Client } from '../client.ts'
import type { EventRecorderState } from '../event-recorder.ts'
import { EventRecorder, eventRecorderState, eventRecorderTasks } from '../event-recorder.ts'
import type { LeaderElectionState } from '../leader-election.ts'
import { LeaderElection, leaderElectionState, leaderElectionTasks } from '../leader-election.ts'
import type { ApiResult } from '../requests.ts'
import { api } from '../requests.ts'
import type { TransportOptions } from '../transport.ts'
import type { FakeApiserverState, FakeCommand } from './fake-apiserver.ts'
import { fakeApiserver } from './fake-apiserver.ts'

export interface ProbeState {
  readonly client: ClientState
  readonly tasks: TaskTable
  readonly recorder: EventRecorderState
  readonly election: LeaderElectionState
  /** `add web-1`, `synced`, `result NotFound`, … with the time in seconds. */
  readonly log: string[]
  readonly config: ProbeConfig
}

export interface ProbeConfig {
  readonly qps?: number
  readonly burst?: number
  readonly elect?: boolean
}

type Command =
  | { readonly type: 'get'; readonly name: string; readonly timeoutMicros?: number }
  | { readonly type: 'record'; readonly message: string; readonly reason: string }

const byNode = (pod: Pod): readonly string[] => [pod.spec.nodeName ?? '']

function* getPod(name: string, timeoutMicros: number | undefined): Task<ApiResult<Pod>> {
  return yield* api.get(PODS, 'default', name, timeoutMicros === undefined ? {} : { timeoutMicros })
}

const note = (state: ProbeState, now: number, text: string): void => {
  state.log.push(`${(now / 1_000_000).toFixed(1)} ${text}`)
}

const client = new Client<ProbeState>({
  state: (state) => state.client,
  informers: [{ ref: PODS, indexes: { 'by-node': (object) => byNode(object as Pod) } }, { ref: NODES }],
  onChange: (state, { type, object }, { now }) => note(state, now, `${type} ${object.metadata.name}`),
  onSynced: (state, { now }) => note(state, now, 'synced'),
  onResolved: (state, token, value, context) => runner.resolve(state, token, value, context),
})
const startTask = (
  state: ProbeState,
  name: string,
  args: readonly unknown[],
  context: Parameters<typeof runner.start>[3],
): void => {
  runner.start(state, name, args, context)
}
const recorder = new EventRecorder<ProbeState>({ state: (state) => state.recorder, startTask })
const election = new LeaderElection<ProbeState>({
  state: (state) => state.election,
  startTask,
  onStartedLeading: (state, { now }) => note(state, now, 'leads'),
  onStoppedLeading: (state, { now }) => note(state, now, 'no longer leads'),
})
const runner: TaskRunner<ProbeState> = new TaskRunner<ProbeState>({
  functions: { getPod, ...eventRecorderTasks, ...leaderElectionTasks },
  table: (state) => state.tasks,
  perform: (state, effect, token, context) =>
    client.perform(state, effect, token, context) ?? { value: undefined },
  finished(state, task, result, context) {
    if (recorder.finished(state, task, context) || election.finished(state, task, result, context)) return
    const answer = result as ApiResult<Pod>
    note(state, context.now, answer.ok ? `got ${answer.object.metadata.name}` : `${answer.status.reason}`)
  },
})

const probe: ProcessDefinition<ProbeState, ProbeConfig> = {
  kind: 'probe',
  init: (id, config) => {
    const { qps, burst } = config
    const limits = { ...(qps === undefined ? {} : { qps }), ...(burst === undefined ? {} : { burst }) }
    const options: TransportOptions = { server: SERVER, user: 'probe', userAgent: 'probe', ...limits }
    return {
      client: client.init(options),
      tasks: taskTable(),
      recorder: eventRecorderState('probe', ''),
      election: leaderElectionState('kube-system', 'probe', id),
      log: [],
      config,
    }
  },
  handle(state, delivery, context) {
    if (client.handle(state, delivery, context) || election.handle(state, delivery, context)) return
    const message = delivery.message as Command | { readonly type: 'start' }
    if (message.type === 'start') {
      if (state.config.elect === true) election.start(state, context)
      else client.start(state, context)
    } else if (message.type === 'get') {
      runner.start(state, 'getPod', [message.name, message.timeoutMicros], context)
    } else {
      const object = { kind: 'Pod', apiVersion: 'v1', namespace: 'default', name: 'web', uid: 'u' }
      recorder.record(
        state,
        { object, type: 'Normal', reason: message.reason, message: message.message },
        context,
      )
    }
  },
}

const SERVER = processId('kube-apiserver-1')

export class ProbeWorld {
  readonly events: TraceEvent[] = []
  readonly kernel: Kernel

  constructor(probes: Readonly<Record<string, ProbeConfig>> = { probe: {} }) {
    this.kernel = new Kernel({
      definitions: {
        'kube-apiserver': fakeApiserver as ProcessDefinition,
        probe: probe as ProcessDefinition,
      },
      network: clusterNetwork([]),
      seed: 3,
      onEvent: (event) => this.events.push(event),
    })
    this.kernel.addHost(hostName('server'), 'host')
    this.kernel.spawn(SERVER, 'kube-apiserver', hostName('server'), {})
    for (const [name, config] of Object.entries(probes)) {
      this.kernel.addHost(hostName(name), 'host')
      this.kernel.spawn(processId(name), 'probe', hostName(name), config)
    }
  }

  runFor(howLong: number): void {
    this.kernel.runUntil(micros(this.kernel.now + seconds(howLong)))
  }

  server(command: FakeCommand): void {
    this.kernel.command(SERVER, command)
  }

  tell(command: Command, name = 'probe'): void {
    this.kernel.command(processId(name), command as Message)
  }

  crash(name: string, restartAfterMicros: number): void {
    const process = processId(name)
    this.kernel.inject(
      'crash',
      name,
      [{ lever: 'crash', process, reason: 'test', restartAfterMicros }],
      [],
      null,
    )
  }

  state(name = 'probe'): ProbeState {
    return this.kernel.stateOf(processId(name)) as ProbeState
  }

  stored(): FakeApiserverState {
    return this.kernel.stateOf(SERVER) as FakeApiserverState
  }

  log(name = 'probe'): readonly string[] {
    return this.state(name).log
  }

  /** What was asked of the server, as `GET /api/v1/pods?…`, with the seconds. */
  requests(about: string): readonly { readonly at: number; readonly line: string }[] {
    return this.events.flatMap((event) => {
      if (!isRequest(event)) return []
      const { method, path, query } = event.message.request
      const line = `${method} ${path}?${new URLSearchParams(query).toString()}`
      return line.includes(about) ? [{ at: event.at / 1_000_000, line }] : []
    })
  }

  informer() {
    const state = this.state()
    return {
      get: (key: string) => client.get(state, PODS, key),
      list: () => client.list(state, PODS).map(({ metadata }) => metadata.name),
      onNode: (node: string) =>
        client.byIndex(state, PODS, 'by-node', node).map(({ metadata }) => metadata.name),
      synced: () => client.synced(state),
    }
  }
}
