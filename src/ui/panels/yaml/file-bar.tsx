// Above the editor: which file, and what to do with it.

import type { ChangeEvent } from 'react'
import { useRef } from 'react'
import { MAX_FILE_BYTES, MAX_FILE_MIB } from '../../../worker/protocol.ts'
import { useTexts } from '../../i18n/use-texts.ts'
import { putFile } from '../../store/files.ts'
import { notify } from '../../store/notices.ts'
import { examples } from './examples.ts'
import { freshName, plainName } from './manifests.ts'
import type { Outcome } from './outcome.tsx'

interface FileBarProps {
  readonly name: string
  readonly own: Readonly<Record<string, string>>
  readonly chapter: Readonly<Record<string, string>>
  readonly isBusy: boolean
  readonly isEmpty: boolean
  readonly onChoose: (name: string) => void
  readonly onRevert: () => void
  readonly onRun: (kind: Outcome['kind']) => void
}

export function FileBar(props: FileBarProps) {
  const { name, own, chapter, isBusy, isEmpty, onChoose, onRevert, onRun } = props
  const texts = useTexts().yaml
  const picker = useRef<HTMLInputElement>(null)
  const isKnown = Object.hasOwn(chapter, name) || Object.hasOwn(examples, name)
  const add = (fileName: string, text: string): void => {
    putFile(fileName, text)
    onChoose(fileName)
  }
  const open = async ({ target }: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = target.files?.[0]
    if (file === undefined) return
    if (file.size > MAX_FILE_BYTES) notify(texts.tooLarge(file.name, MAX_FILE_MIB))
    else
      await file.text().then(
        (text) => add(plainName(file.name), text),
        () => notify(texts.notRead(file.name)),
      )
    // The same file can be opened again after it was changed outside.
    target.value = ''
  }
  return (
    <div className="yaml-bar">
      <FileChoice {...props} />
      {Object.hasOwn(own, name) && isKnown && (
        <>
          <span className="yaml-note">{texts.changed}</span>
          <button type="button" onClick={onRevert}>
            {texts.revert}
          </button>
        </>
      )}
      <button type="button" onClick={() => add(freshName(Object.keys({ ...own, ...chapter })), '')}>
        {texts.newFile}
      </button>
      <button type="button" onClick={() => picker.current?.click()}>
        {texts.open}
      </button>
      <input
        ref={picker}
        type="file"
        accept=".yaml,.yml,.json,text/*"
        hidden
        onChange={(event) => void open(event)}
      />
      <span className="yaml-space" />
      <span className="yaml-note">{texts.shortcut}</span>
      <button type="button" disabled={isBusy || isEmpty} onClick={() => onRun('check')}>
        {texts.dryRun}
      </button>
      <button
        type="button"
        className="yaml-apply"
        disabled={isBusy || isEmpty}
        onClick={() => onRun('apply')}
      >
        {texts.apply}
      </button>
    </div>
  )
}

function FileChoice({ name, own, chapter, onChoose }: FileBarProps) {
  const texts = useTexts().yaml
  const groups: readonly (readonly [label: string, names: readonly string[]])[] = [
    [texts.chapterFiles, Object.keys(chapter)],
    [texts.ownFiles, Object.keys(own).filter((known) => !(known in chapter) && !(known in examples))],
    [texts.examples, Object.keys(examples).filter((known) => !(known in chapter))],
  ]
  const isListed = groups.some(([, names]) => names.includes(name))
  return (
    <label>
      {texts.file}{' '}
      <select value={name} onChange={({ target }) => onChoose(target.value)}>
        {!isListed && <option>{name}</option>}
        {groups.map(([label, names]) =>
          names.length === 0 ? null : (
            <optgroup key={label} label={label}>
              {names.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </optgroup>
          ),
        )}
      </select>
    </label>
  )
}
