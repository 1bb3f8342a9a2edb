// The YAML editor: the chapter's manifests, one's own and examples; applying them, and where an error lies.

import { useEffect, useRef, useState } from 'react'
import type { OutputView } from '../../../worker/protocol.ts'
import { useTexts } from '../../i18n/use-texts.ts'
import { filesForCommand, putFile, removeFile, useFiles } from '../../store/files.ts'
import { runCommand } from '../../store/run-command.ts'
import { useView } from '../../store/view.ts'
import { CodeEditor } from './code-editor.tsx'
import { placeErrors } from './error-places.ts'
import { FileBar } from './file-bar.tsx'
import { chapterFilesOf, textOf } from './manifests.ts'
import type { Outcome } from './outcome.tsx'
import { OutcomeView } from './outcome.tsx'
import './yaml.css'

const none: ReadonlySet<number> = new Set()

export function YamlPanel() {
  const texts = useTexts().yaml
  const { own } = useFiles()
  const scenario = useView((view) => view.scenario)
  const chapter = chapterFilesOf(scenario)
  const [chosen, setChosen] = useState<string | null>(null)
  const name = chosen ?? Object.keys(chapter)[0] ?? Object.keys(own)[0] ?? 'my.yaml'
  const text = textOf(name, own, chapter)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const editor = useRef<HTMLTextAreaElement>(null)
  const shown = outcome?.name === name ? outcome : null
  const errors = shown?.output === undefined ? [] : placeErrors(shown.output.stderr, shown.text)
  const marked = shown?.text === text ? new Set(errors.flatMap(({ place }) => place?.line ?? [])) : none

  const run = async (kind: Outcome['kind']): Promise<void> => {
    const isBusy = outcome !== null && outcome.output === undefined
    if (text.trim() === '' || isBusy) return
    setOutcome({ kind, name, text })
    const line = `kubectl apply ${kind === 'check' ? '--dry-run=server ' : ''}-f ${name}`
    const output = await runCommand(line, { ...filesForCommand(), [name]: text }).catch(
      (error: unknown): OutputView => ({
        stdout: '',
        stderr: error instanceof Error ? error.message : String(error),
        exitCode: 1,
      }),
    )
    setOutcome({ kind, name, text, output })
  }
  const goToLine = (line: number): void => {
    const area = editor.current
    if (area === null) return
    const start =
      text
        .split('\n')
        .slice(0, line - 1)
        .join('\n').length + (line > 1 ? 1 : 0)
    const end = text.indexOf('\n', start)
    area.focus()
    area.setSelectionRange(start, end < 0 ? text.length : end)
    area.parentElement
      ?.querySelector(`.yaml-gutter > :nth-child(${line})`)
      ?.scrollIntoView({ block: 'center' })
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each answer.
  useEffect(() => {
    // Where the error is known, the reader is taken there at once.
    const first = errors.find(({ place }) => place !== null)?.place
    if (shown?.output !== undefined && shown.output.exitCode !== 0 && first) goToLine(first.line)
  }, [shown?.output])

  return (
    <div className="yaml">
      <FileBar
        name={name}
        own={own}
        chapter={chapter}
        isBusy={outcome !== null && outcome.output === undefined}
        isEmpty={text.trim() === ''}
        onChoose={setChosen}
        onRevert={() => removeFile(name)}
        onRun={(kind) => void run(kind)}
      />
      <div className="yaml-work">
        <CodeEditor
          text={text}
          label={texts.editor(name)}
          placeholder={texts.empty}
          marked={marked}
          editor={editor}
          onChange={(next) => {
            setChosen(name)
            putFile(name, next)
          }}
          onSubmit={() => void run('apply')}
        />
        <OutcomeView outcome={shown} errors={errors} onLine={goToLine} />
      </div>
    </div>
  )
}
