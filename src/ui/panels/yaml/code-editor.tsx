// A plain text area with line numbers: the marked line is where an error lies. It grows with its text, so that numbers
// and lines scroll together.

import type { KeyboardEvent, Ref } from 'react'

interface CodeEditorProps {
  readonly text: string
  readonly label: string
  readonly placeholder: string
  readonly marked: ReadonlySet<number>
  readonly editor: Ref<HTMLTextAreaElement>
  readonly onChange: (text: string) => void
  readonly onSubmit: () => void
}

export function CodeEditor(props: CodeEditorProps) {
  const { text, label, placeholder, marked, editor, onChange, onSubmit } = props
  const lines = text.split('\n')
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      onSubmit()
    }
  }
  return (
    <div className="yaml-code mono">
      <div className="yaml-sheet">
        <div className="yaml-gutter" aria-hidden="true">
          {lines.map((_line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line's number is what it is.
            <div key={index} data-marked={marked.has(index + 1) || undefined}>
              {index + 1}
            </div>
          ))}
        </div>
        <textarea
          ref={editor}
          data-autofocus
          className="yaml-text"
          aria-label={label}
          placeholder={placeholder}
          rows={Math.max(lines.length, 3)}
          value={text}
          wrap="off"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          onChange={({ target }) => onChange(target.value)}
          onKeyDown={onKeyDown}
        />
      </div>
    </div>
  )
}
