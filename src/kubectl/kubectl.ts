// The page's kubectl as a process of the simulation: each command line is a task, and what it prints is recorded as
// `output` under the `seq` of the user's command. Models kubectl 1.35. Several commands may run at once. What a line does
// is handed in, so that a host may load the commands when the first is given.
import { Client } from '../sim/client/index.ts'
import { assert } from '../sim/kernel/assert.ts'
import type { Context, Delivery, ProcessDefinition } from '../sim/kernel/process.ts'
import type { Effect, Outcome, Task, TaskState, Token } from '../sim/kernel/task.ts'
import { TaskRunner, taskTable } from '../sim/kernel/task.ts'
import type { CommandLine } from './command-line.ts'
import type { KubectlEffect } from './effects.ts'
import type { InterruptMessage, KubectlConfig, KubectlMessage, KubectlState } from './state.ts'
import { closeWatch, closeWatchesOf, handleWatch, nextEvent, openWatch } from './watches.ts'

const USER_AGENT = 'kubectl/v1.35.0 (linux/amd64) kubernetes/vitrine'
const INTERRUPTED = 130

type RunLine = (commandLine: CommandLine) => Task<number>

interface Parts {
  readonly client: Client<KubectlState>
  readonly runner: TaskRunner<KubectlState>
}

function partsOf(runLine: RunLine): Parts {
  const client: Client<KubectlState> = new Client<KubectlState>({
    state: (state) => state.client,
    informers: [],
    onChange() {},
    onSynced() {},
    onResolved: (state, token, value, context) => runner.resolve(state, token, value, context),
  })
  const runner: TaskRunner<KubectlState> = new TaskRunner<KubectlState>({
    functions: { runLine },
    table: (state) => state.tasks,
    perform: (state, effect, token, context, task) =>
      client.perform(state, effect, token, context) ?? perform(state, effect, token, context, task),
    finished(state, task, result, context) {
      end(state, task.id, commandOf(task), Number(result), context)
    },
  })
  return { client, runner }
}

/** The command is what started the task; the user's action is the root of its chain. */
const commandOf = (task: TaskState): number => task.cause

function perform(
  state: KubectlState,
  effect: Effect,
  token: Token,
  context: Context,
  task: TaskState,
): Outcome {
  const own = effect as KubectlEffect
  switch (own.effect) {
    case 'print':
      context.trace({ type: 'output', command: commandOf(task), stdout: own.stdout, stderr: own.stderr })
      return { value: undefined }
    case 'now':
      return { value: context.now }
    case 'open-watch':
      return openWatch(state, own, token, context)
    case 'next-event':
      return nextEvent(state, own, token, context)
    case 'close-watch':
      closeWatch(state, own.watch, context)
      return { value: undefined }
    default:
      assert(false, `kubectl cannot perform ${effect.effect}`)
  }
}

function end(state: KubectlState, task: number, command: number, exitCode: number, context: Context): void {
  closeWatchesOf(state, task, context)
  delete state.commands[task]
  context.trace({ type: 'output', command, stdout: '', stderr: '', exitCode })
}

function start({ runner }: Parts, state: KubectlState, message: KubectlMessage, context: Context): void {
  const commandLine: CommandLine = { line: message.line, files: message.files, stdin: message.stdin ?? null }
  // A short command is over before `start` returns; it must not be listed as running then.
  const id = state.tasks.nextId
  state.commands[id] = context.cause
  runner.start(state, 'runLine', [commandLine], context)
}

function interrupt(
  { runner }: Parts,
  state: KubectlState,
  { command }: InterruptMessage,
  context: Context,
): void {
  for (const [id, running] of Object.entries(state.commands)) {
    if (running !== command) continue
    runner.cancel(state, Number(id))
    end(state, Number(id), command, INTERRUPTED, context)
  }
}

function handle(parts: Parts, state: KubectlState, delivery: Delivery, context: Context): void {
  const { client, runner } = parts
  const message = delivery.message as KubectlMessage | InterruptMessage | { readonly type: 'start' }
  if (message.type === 'start') client.start(state, context)
  else if (message.type === 'kubectl') start(parts, state, message, context)
  else if (message.type === 'interrupt') interrupt(parts, state, message, context)
  else if (!handleWatch(state, delivery, (token, value) => runner.resolve(state, token, value, context)))
    client.handle(state, delivery, context)
}

/** @param runLine runs one line to its end; its result is the exit code */
export function kubectlProcess(runLine: RunLine): ProcessDefinition<KubectlState, KubectlConfig> {
  const parts = partsOf(runLine)
  return {
    kind: 'kubectl',
    pings: ['kube-apiserver'],
    init: (_id, { apiserver, user }) => ({
      client: parts.client.init({ server: apiserver, user, userAgent: USER_AGENT, dialsAnew: true }),
      tasks: taskTable(),
      commands: {},
      watches: {},
    }),
    handle: (state, delivery, context) => handle(parts, state, delivery, context),
  }
}
