// A session's trace in formats that other tools read, and what was done as a scenario file.

import { stringify } from 'yaml'
import { isMessage } from '../sim/kernel/trace.ts'
import { keptFrom } from './kept-events.ts'
import { milestonesBySeq } from './milestone-names.ts'
import { rowAt } from './row-at.ts'
import type { Session } from './session.ts'

/** The trace up to the cursor, a JSON object a line. Where its beginning is not kept, a first line says so. */
export function exportNdjson({ branch, length }: Session): string {
  const { recording } = branch
  const from = keptFrom(recording, length)
  const lines = from === 0 ? [] : [`${JSON.stringify({ type: 'dropped', events: from })}\n`]
  for (let index = from; index < length; index++) lines.push(`${JSON.stringify(recording.event(index))}\n`)
  return lines.join('')
}

/** Chrome's trace-event format, which Perfetto opens: processes as threads, messages as slices with flow arrows. */
export function exportChromeTrace(session: Session): string {
  const { recording } = session.branch
  const names = milestonesBySeq(session.branch)
  const threads = new Map<string, number>()
  const threadOf = (process: string): number => {
    const known = threads.get(process)
    if (known !== undefined) return known
    threads.set(process, threads.size + 1)
    return threads.size
  }
  const traceEvents: object[] = []
  for (let index = keptFrom(recording, session.length); index < session.length; index++) {
    const event = recording.event(index)
    const row = rowAt(recording, index, names)
    if (event === undefined || row === undefined || row.level === 'noise') continue
    const base = {
      pid: 1,
      tid: threadOf(event.process),
      ts: event.at,
      name: `${row.label} ${row.detail}`.trim(),
      cat: event.type,
    }
    if (!isMessage(event)) {
      traceEvents.push({ ...base, ph: 'i', s: 't', args: { seq: event.seq, cause: event.cause } })
      continue
    }
    const duration = event.deliveredAt - event.sentAt
    traceEvents.push({
      ...base,
      ph: 'X',
      dur: duration,
      args: { seq: event.seq, cause: event.cause, to: event.to },
    })
    traceEvents.push({
      pid: 1,
      tid: base.tid,
      ts: event.sentAt,
      ph: 's',
      id: event.seq,
      name: 'message',
      cat: event.type,
    })
    traceEvents.push({
      pid: 1,
      tid: threadOf(event.to),
      ts: event.deliveredAt,
      ph: 'f',
      bp: 'e',
      id: event.seq,
      name: 'message',
      cat: event.type,
    })
  }
  for (const [process, tid] of threads)
    traceEvents.push({ ph: 'M', pid: 1, tid, name: 'thread_name', args: { name: process } })
  return JSON.stringify({ traceEvents, displayTimeUnit: 'ms' })
}

/** Messages beyond this many make a diagram that nobody reads. */
const MERMAID_MESSAGES = 300

/** The followed messages as a Mermaid sequence diagram. */
export function exportMermaid(session: Session): string {
  const { branch } = session
  const { recording } = branch
  const names = milestonesBySeq(branch)
  const lines = ['sequenceDiagram']
  const from = keptFrom(recording, session.length)
  for (let index = from; index < session.length && lines.length <= MERMAID_MESSAGES; index++) {
    const row = branch.isFollowed(index) ? rowAt(recording, index, names) : undefined
    if (row?.from == null || row.to === null) continue
    const text = `${row.label} ${row.detail}`.trim().replaceAll(/[;#:]/g, ' ')
    lines.push(`  ${participant(row.from)}->>${participant(row.to)}: ${text}`)
  }
  return `${lines.join('\n')}\n`
}

const participant = (process: string): string => process.replaceAll(/[^A-Za-z0-9]/g, '_')

/** What was done up to the cursor, as a scenario of one chapter that does it again. */
export function exportScenario({ scenario, seed, branch, cursor, start }: Session): string {
  const operations: object[] = []
  let last = start
  for (const { at, command } of branch.commands) {
    if (at > cursor || command.do === 'chapter' || command.do === 'waited') continue
    if (at - last >= 1_000) operations.push({ wait: `${Math.round((at - last) / 1_000)}ms` })
    last = at
    if (command.do === 'kubectl')
      operations.push({ kubectl: command.line, files: command.files, background: true })
    else if (command.do === 'fault')
      operations.push({ fault: command.spec, ...(command.as === null ? {} : { as: command.as }) })
    else operations.push({ heal: command.id })
  }
  const both = (text: string): object => ({ en: text, 'zh-CN': text })
  return stringify({
    name: `${scenario.name}-replayed`,
    title: scenario.title,
    about: scenario.about,
    seed,
    topology: scenario.topology,
    settle: `${Math.round(start / 1_000)}ms`,
    chapters: [
      {
        id: 'replay',
        title: scenario.title,
        intro: both(''),
        do: operations.length > 0 ? operations : [{ wait: '1s' }],
      },
    ],
  })
}
