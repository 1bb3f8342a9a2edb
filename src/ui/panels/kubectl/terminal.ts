// What the terminal shows and remembers, while another tab is open too; and what running a line means.

import { create } from 'zustand'
import type { Row } from '../../../worker/protocol.ts'
import { filesForCommand } from '../../store/files.ts'
import { call } from '../../store/host.ts'
import { runReadyChapter } from '../../store/ready-chapter.ts'
import { runCommand } from '../../store/run-command.ts'
import { useView } from '../../store/view.ts'

export interface Entry {
  readonly id: number
  readonly line: string
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number | null
  /** `chapter`: its output comes when the clock gets there. */
  readonly state: 'running' | 'chapter' | 'ended' | 'given-up'
  /** Rows up to this `seq` were there before it. */
  readonly after: number
}

interface Terminal {
  readonly entries: readonly Entry[]
  readonly draft: string
  readonly history: readonly string[]
}

/** Enough to scroll back in; the trace has the rest. */
const ENTRIES_KEPT = 200

export const useTerminal = create<Terminal>(() => ({ entries: [], draft: '', history: [] }))

export const setDraft = (draft: string): void => useTerminal.setState({ draft })
export const clearTerminal = (): void => useTerminal.setState({ entries: [] })

function addEntry(line: string, state: Entry['state']): number {
  const { entries } = useTerminal.getState()
  const id = (entries.at(-1)?.id ?? 0) + 1
  const after = useView.getState().recent.at(-1)?.seq ?? 0
  const entry: Entry = { id, line, stdout: '', stderr: '', exitCode: null, state, after }
  useTerminal.setState({ entries: [...entries, entry].slice(-ENTRIES_KEPT) })
  return id
}

/** Changes an entry that still runs; one that was given up stays so. */
function endEntry(id: number, change: Partial<Entry>): void {
  useTerminal.setState(({ entries }) => ({
    entries: entries.map((entry) =>
      entry.id === id && (entry.state === 'running' || entry.state === 'chapter')
        ? { ...entry, ...change }
        : entry,
    ),
  }))
}

export function giveUp(): void {
  const { entries, draft } = useTerminal.getState()
  const running = entries.find(({ state }) => state === 'running')
  if (running !== undefined) endEntry(running.id, { state: 'given-up' })
  else {
    addEntry(draft, 'given-up')
    setDraft('')
  }
}

/** @param ready the line of the chapter that is ready to run, if there is one */
export async function runLine(typed: string, ready: string | null): Promise<void> {
  const line = typed.trim()
  if (line === '') return
  useTerminal.setState(({ history }) => ({
    draft: '',
    history: history.at(-1) === line ? history : [...history, line],
  }))
  if (line === 'clear') return clearTerminal()
  const isReady = ready !== null && withoutKubectl(line) === withoutKubectl(ready)
  const id = addEntry(line, isReady ? 'chapter' : 'running')
  // Another branch may use the same numbers for other output.
  printed.clear()
  try {
    if (isReady) return await runReadyChapter()
    const output = await runCommand(line, filesForCommand())
    endEntry(id, { state: 'ended', ...output })
  } catch (error) {
    const stderr = error instanceof Error ? error.message : String(error)
    endEntry(id, { state: 'ended', stderr, exitCode: 1 })
  }
}

export const withoutKubectl = (line: string): string => line.trim().replace(/^kubectl\s+/, '')

/** What the pieces of a command's output printed, by `seq`; rows carry only the first line of each. */
const printed = new Map<number, Promise<string>>()

async function textOf(row: Row): Promise<string> {
  try {
    const piece = await call('inspect', { kind: 'event', seq: row.seq })
    const whole = piece.kind === 'event' ? printedBy(piece.incoming) : null
    if (whole !== null) return whole
  } catch {
    // The first line is better than nothing.
  }
  return row.detail === '' ? '' : `${row.detail}\n`
}

/** An `output` event as it was recorded. */
function printedBy(event: unknown): string | null {
  if (typeof event !== 'object' || event === null) return null
  const text = (part: unknown): string => (typeof part === 'string' ? part : '')
  if (!('stdout' in event) || !('stderr' in event)) return null
  return text(event.stdout) + text(event.stderr)
}

function wholeText(row: Row): Promise<string> {
  const known = printed.get(row.seq) ?? textOf(row)
  printed.set(row.seq, known)
  return known
}

/** A chapter's command prints as it is played: what it has printed so far is shown where it was typed. */
export async function takeChapterOutput(): Promise<void> {
  const { recent } = useView.getState()
  for (const { id, state, after } of useTerminal.getState().entries) {
    if (state !== 'chapter') continue
    const pieces = recent.filter((row) => row.type === 'output' && row.seq > after)
    if (pieces.length === 0) continue
    const ended = pieces.find(({ label }) => label.startsWith('exit '))
    const text = (await Promise.all(pieces.map(wholeText))).join('')
    const end = ended === undefined ? {} : { state: 'ended' as const, exitCode: ended.ok ? 0 : 1 }
    if (ended !== undefined) printed.clear()
    endEntry(id, { ...(text === '' ? {} : { [ended?.ok === false ? 'stderr' : 'stdout']: text }), ...end })
  }
}
