// What running a line in the terminal means to the host, and what is shown of it.

import { beforeEach, expect, test } from 'vitest'
import type { OutputView, Row } from '../../../worker/protocol.ts'
import type { HostConnection } from '../../host-connection.ts'
import { connect } from '../../store/host.ts'
import { useView } from '../../store/view.ts'
import { clearTerminal, giveUp, runLine, setDraft, takeChapterOutput, useTerminal } from './terminal.ts'

const asked: string[] = []
/** What the trace holds of a command's output, by `seq`. */
const recorded = new Map<string, unknown>()
let answer: OutputView | Error

/** A host that answers every command with `answer`, and all else with nothing. */
const host = {
  call: (name: string, ...args: readonly unknown[]) => {
    asked.push(`${name} ${JSON.stringify(args[0] ?? null)}`)
    if (name === 'inspect')
      return Promise.resolve({ kind: 'event', incoming: recorded.get(String(Object(args[0]).seq)) ?? null })
    if (name !== 'kubectl') return Promise.resolve(null)
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
  },
  onFrame: () => undefined,
  onOpening: () => undefined,
  onLost: () => undefined,
} as HostConnection

beforeEach(() => {
  asked.length = 0
  answer = { stdout: 'done\n', stderr: '', exitCode: 0 }
  useTerminal.setState({ entries: [], draft: '', history: [] })
  useView.setState({ recent: [] })
  connect(host)
})

const last = () => useTerminal.getState().entries.at(-1)!
const calls = (): string[] => asked.map((call) => call.split(' ')[0] ?? '')

test('a reading command shows its output and leaves the clock', async () => {
  await runLine(' kubectl get pods ', null)
  expect(last()).toMatchObject({ line: 'kubectl get pods', stdout: 'done\n', exitCode: 0, state: 'ended' })
  expect(calls()).toEqual(['kubectl'])
})

test('what a command changed is played from where it was typed', async () => {
  await runLine('kubectl delete pod web', null)
  expect(calls()).toEqual(['kubectl', 'seek', 'play'])
})

test('a command that failed is not played', async () => {
  answer = { stdout: '', stderr: 'not found\n', exitCode: 1 }
  await runLine('kubectl delete pod web', null)
  expect(last()).toMatchObject({ stderr: 'not found\n', exitCode: 1 })
  expect(calls()).toEqual(['kubectl'])
})

test('a refusal of the host is shown as an error of the command', async () => {
  answer = new Error('the line is too long')
  await runLine('kubectl get pods', null)
  expect(last()).toMatchObject({ stderr: 'the line is too long', exitCode: 1, state: 'ended' })
})

test('the ready command runs the chapter, and its output comes with the clock', async () => {
  await runLine('create -f web.yaml', 'kubectl create -f web.yaml')
  expect(calls()).toEqual(['runChapter', 'play'])
  expect(last().state).toBe('chapter')
  const output: Row = {
    seq: 9,
    at: 0,
    deliveredAt: null,
    type: 'output',
    process: 'kubectl',
    from: null,
    to: null,
    label: 'output',
    detail: 'service/web created',
    cause: 1,
    level: 'story',
    ok: true,
    milestone: null,
    object: null,
  }
  const lines = 'service/web created\nreplicaset.apps/web created\n'
  recorded.set('9', { stdout: lines, stderr: '' })
  useView.setState({ recent: [output] })
  await takeChapterOutput()
  expect(last()).toMatchObject({ stdout: lines, state: 'chapter' })
  useView.setState({ recent: [output, { ...output, seq: 10, label: 'exit 0', detail: '' }] })
  await takeChapterOutput()
  expect(last()).toMatchObject({ stdout: lines, exitCode: 0, state: 'ended' })
})

test('history keeps each line once in a row, and clear keeps the history', async () => {
  await runLine('kubectl get pods', null)
  await runLine('kubectl get pods', null)
  await runLine('clear', null)
  expect(useTerminal.getState()).toMatchObject({ entries: [], history: ['kubectl get pods', 'clear'] })
})

test('giving up keeps what was typed in sight and empties the line', () => {
  setDraft('kubectl delete')
  giveUp()
  expect(last()).toMatchObject({ line: 'kubectl delete', state: 'given-up' })
  expect(useTerminal.getState().draft).toBe('')
  clearTerminal()
  expect(useTerminal.getState().entries).toEqual([])
})
