// Plain data as foldable YAML: objects, payloads. Changed lines carry a mark and say who changed them; a click on one
// goes where the panel wants.

import { useState } from 'react'
import { useTexts } from '../i18n/use-texts.ts'
import type { ValueLine } from './value-lines.ts'
import { isChanged, valueLines } from './value-lines.ts'
import './value-tree.css'

interface ValueTreeProps {
  readonly value: unknown
  readonly label: string
  /** Paths of changed fields, as pointers or dotted. */
  readonly changed?: ReadonlySet<string>
  /** Pointers that are folded at first. */
  readonly folded?: readonly string[]
  readonly onChangedClick?: () => void
  readonly changedTitle?: string
}

/** Long values are cut by the row, so more lines than this would only cost time; the rest is one button away. */
const LINES_AT_FIRST = 400
const none: ReadonlySet<string> = new Set()

export function ValueTree(props: ValueTreeProps) {
  const { value, label, changed = none } = props
  const texts = useTexts().design
  const [folds, setFolds] = useState<ReadonlySet<string>>(() => new Set(props.folded))
  const [isWhole, setWhole] = useState(false)
  const lines = valueLines(value).filter(({ inside }) => !inside.some((pointer) => folds.has(pointer)))
  const shown = isWhole ? lines : lines.slice(0, LINES_AT_FIRST)
  const toggle = (pointer: string): void =>
    setFolds((before) => {
      const after = new Set(before)
      if (!after.delete(pointer)) after.add(pointer)
      return after
    })
  return (
    <figure className="value-tree mono" aria-label={label}>
      {shown.map((line) => (
        <TreeLine
          key={line.pointer}
          line={line}
          isFolded={folds.has(line.pointer)}
          isMarked={isChanged(line, changed, folds.has(line.pointer))}
          onToggle={toggle}
          {...props}
        />
      ))}
      {shown.length < lines.length && (
        <button type="button" className="value-more" onClick={() => setWhole(true)}>
          {texts.moreLines(lines.length - shown.length)}
        </button>
      )}
    </figure>
  )
}

interface TreeLineProps extends ValueTreeProps {
  readonly line: ValueLine
  readonly isFolded: boolean
  readonly isMarked: boolean
  readonly onToggle: (pointer: string) => void
}

function TreeLine({ line, isFolded, isMarked, onToggle, onChangedClick, changedTitle }: TreeLineProps) {
  const texts = useTexts().design
  const { depth, dashes, key, entries, scalar } = line
  const name = key ?? dashes.trim()
  return (
    <div className="value-line" data-changed={isMarked || undefined} data-depth={depth}>
      <span className="value-margin">
        {entries > 0 && (
          <button
            type="button"
            className="value-fold"
            aria-expanded={!isFolded}
            aria-label={isFolded ? texts.unfold(name) : texts.fold(name)}
            onClick={() => onToggle(line.pointer)}
          >
            <span aria-hidden="true">{isFolded ? '▸' : '▾'}</span>
          </button>
        )}
      </span>
      <span className="value-text" style={{ paddingLeft: `${depth * 2 - dashes.length + 2}ch` }}>
        {dashes !== '' && <span className="value-dash">{dashes}</span>}
        {key !== null && <span className="value-key">{key}: </span>}
        {line.value !== null && <span data-scalar={scalar}>{line.value}</span>}
        {isFolded && <span className="value-hidden">{texts.entries(entries)}</span>}
      </span>
      {isMarked && onChangedClick !== undefined && (
        <button type="button" className="value-changed" title={changedTitle} onClick={onChangedClick}>
          {texts.changed}
        </button>
      )}
    </div>
  )
}
