// The terminal: what was run above, the line below with history and completion.

import type { FormEvent, KeyboardEvent } from 'react'
import { useEffect, useRef, useState } from 'react'
import { useTexts } from '../../i18n/use-texts.ts'
import { filesForCommand } from '../../store/files.ts'
import { useReadyChapter } from '../../store/ready-chapter.ts'
import { useView } from '../../store/view.ts'
import { complete, vocabularyOf } from './completion.ts'
import type { Entry } from './terminal.ts'
import {
  clearTerminal,
  giveUp,
  runLine,
  setDraft,
  takeChapterOutput,
  useTerminal,
  withoutKubectl,
} from './terminal.ts'
import './kubectl.css'

export function KubectlPanel() {
  const texts = useTexts().kubectl
  const entries = useTerminal((terminal) => terminal.entries)
  const end = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: it scrolls because there is a new entry.
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' })
  }, [entries])
  useEffect(
    () =>
      useView.subscribe((view, before) => {
        if (view.recent !== before.recent) void takeChapterOutput()
      }),
    [],
  )
  return (
    <div className="terminal">
      <div className="terminal-scroll">
        <div className="terminal-output mono" role="log" aria-label={texts.output}>
          {entries.length === 0 && (
            <p className="terminal-welcome">
              {texts.welcome}
              <br />
              {texts.keys}
            </p>
          )}
          {entries.map((entry) => (
            <EntryView key={entry.id} entry={entry} />
          ))}
        </div>
        <Prompt />
        <div ref={end} className="terminal-end" />
      </div>
    </div>
  )
}

function EntryView({ entry }: { readonly entry: Entry }) {
  const texts = useTexts().kubectl
  const { line, stdout, stderr, exitCode, state } = entry
  return (
    <div className="terminal-entry">
      <p>
        <span className="terminal-sign" aria-hidden="true">
          ${' '}
        </span>
        {line}
        {state === 'given-up' && <span className="terminal-note"> {texts.gaveUp}</span>}
      </p>
      {state === 'running' && <p className="terminal-note">{texts.running}</p>}
      {state === 'chapter' && <p className="terminal-note">{texts.started}</p>}
      {stdout !== '' && <pre>{stdout}</pre>}
      {stderr !== '' && <pre className="terminal-stderr">{stderr}</pre>}
      {exitCode !== null && exitCode !== 0 && <p className="terminal-note">{texts.exit(exitCode)}</p>}
    </div>
  )
}

/** The ready command stands in an empty line, and goes with the chapter. */
function usePreparedLine(): string | null {
  const chapter = useReadyChapter()
  const command = chapter?.command ?? null
  const prepared = command === null ? null : `kubectl ${withoutKubectl(command)}`
  const placed = useRef<string | null>(null)
  useEffect(() => {
    const { draft } = useTerminal.getState()
    if (draft === '' || draft === placed.current) setDraft(prepared ?? '')
    placed.current = prepared
  }, [prepared])
  return prepared
}

function Prompt() {
  const texts = useTexts().kubectl
  const { draft, history, entries } = useTerminal()
  const isRunning = entries.at(-1)?.state === 'running'
  const prepared = usePreparedLine()
  const [choices, setChoices] = useState<readonly string[]>([])
  /** How far back in the history the line is; 0 is the line being typed. */
  const [back, setBack] = useState(0)
  const typed = useRef('')

  const write = (line: string): void => {
    setDraft(line)
    setChoices([])
    setBack(0)
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (isRunning) return
    setChoices([])
    setBack(0)
    void runLine(draft, prepared)
  }
  const recall = (steps: number): void => {
    const next = Math.min(history.length, Math.max(0, back + steps))
    if (back === 0) typed.current = draft
    setBack(next)
    setDraft(next === 0 ? typed.current : (history.at(-next) ?? ''))
  }
  const tab = (event: KeyboardEvent): void => {
    const files = Object.keys(filesForCommand())
    const { stage, fleet } = useView.getState()
    const { line, candidates } = complete(draft, vocabularyOf(stage, files, fleet?.names))
    // With nothing to add, Tab goes on to the next control, as it does everywhere.
    if (event.shiftKey || draft.trim() === '' || candidates.length === 0) return
    if (line === draft && choices.length > 0) return
    event.preventDefault()
    setDraft(line)
    setChoices(candidates.length > 1 ? candidates : [])
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Tab') tab(event)
    else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault()
      recall(event.key === 'ArrowUp' ? 1 : -1)
    } else if (event.ctrlKey && event.key === 'l') {
      event.preventDefault()
      clearTerminal()
    } else if (event.ctrlKey && event.key === 'c' && document.getSelection()?.isCollapsed !== false) {
      const { selectionStart, selectionEnd } = event.currentTarget
      if (selectionStart === selectionEnd) giveUp()
    }
  }
  return (
    <form className="terminal-prompt mono" onSubmit={submit}>
      <span className="terminal-sign" aria-hidden="true">
        $
      </span>
      <input
        data-autofocus
        className="terminal-input"
        aria-label={texts.input}
        placeholder={texts.placeholder}
        value={draft}
        maxLength={8192}
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        onChange={({ target }) => write(target.value)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" className="terminal-run" disabled={isRunning || draft.trim() === ''}>
        {texts.run} <span aria-hidden="true">⏎</span>
      </button>
      {choices.length > 0 && (
        <p className="terminal-choices" aria-live="polite">
          <span className="visually-hidden">{texts.choices}: </span>
          {choices.join('  ')}
        </p>
      )}
    </form>
  )
}
