// What the terminal shows and remembers, while another tab is open too; and what running a line means.

import { create } from 'zustand'
import { filesForCommand } from '../../store/files.ts'
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

/**
 * A chapter's command prints as it is played: what it has printed so far is shown where it was typed. Rows have the
 * first line of each piece; the last one says how the command ended.
 */
export function takeChapterOutput(): void {
  const { recent } = useView.getState()
  for (const { id, state, after } of useTerminal.getState().entries) {
    if (state !== 'chapter') continue
    const pieces = recent.filter((row) => row.type === 'output' && row.seq > after)
    const ended = pieces.find(({ label }) => label.startsWith('exit '))
    const printed = pieces.map(({ detail }) => detail).filter((text) => text !== '')
    const text =
      printed.length === 0 ? {} : { [ended?.ok === false ? 'stderr' : 'stdout']: `${printed.join('\n')}\n` }
    const end = ended === undefined ? {} : { state: 'ended' as const, exitCode: ended.ok ? 0 : 1 }
    if (pieces.length > 0) endEntry(id, { ...text, ...end })
  }
}
